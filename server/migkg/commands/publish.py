"""`migkg publish`: the graphs into another store."""

import os

import click

from migkg import dataset
from migkg.options import takes
from migkg.publish import GraphStore, publish
from migkg.setting_kinds import is_address
from migkg.settings import Data

PASSWORD = "MIGKG_PUBLISH_PASSWORD"


@click.command()
@click.option("--to", "url", required=True, metavar="URL", help="the store's graph store address")
@click.option("--user", default="", help=f"who may write there; the password is in {PASSWORD}")
@takes(Data, only=("root",))
def command(url: str, user: str, data: Data) -> None:
    """Load the graphs into another store by the Graph Store Protocol, and prove that it holds them.

    What the store already holds is not sent again.

    Example: migkg publish --to http://127.0.0.1:7878/store
    """
    if not is_address(url):
        reason = f"{url!r} is no address; give one such as http://127.0.0.1:7878/store."
        raise click.BadParameter(reason, param_hint="--to")
    store = GraphStore(url, user, os.environ.get(PASSWORD, ""))
    for one in publish(dataset.load(data), store):
        done = "sent and read back" if one.sent else "was there already"
        click.echo(f"{one.graph}: {one.triples} triples {done}.")
