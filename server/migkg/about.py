"""What the data are called, who publishes them, and under which licence: told here alone."""

TITLE = "Migration knowledge graph"
SUMMARY = "What documents on migration say was planned and done, each fact with its passage."
PUBLISHER = "The migkg maintainers"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
LICENSE_NAME = "CC BY 4.0"
FILE_PREFIX = "migkg-"  # begins the name of a file that somebody takes away
