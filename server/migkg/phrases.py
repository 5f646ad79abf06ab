"""How properties read on a page: under which heading they stand, their words both ways.

A property that the tables leave out reads by its label from the ontology, under the last heading.
"""

import re
from dataclasses import dataclass

from migkg.terms import MGO, OA, PREFIXES, SKOS

LAST = "Further facts"
_TABLE = """
In short
  hasLevel              | level                         | level of {n}
  hasEventKind          | kind of event                 | kind of {n}
  hasInstrumentKind     | kind of instrument            | kind of {n}
  hasOfficeKind         | kind of office                | kind of {n}
  hasOrganizationKind   | kind of organization          | kind of {n}
  hasStatus             | status                        | status of {n}
  hasModality           | worded as                     | wording of {n}
  inPeriod              | in the period                 | period of {n}
  hasTheme              | theme                         | theme of {n}
  underFrameworkElement | under the framework element   | framework element of {n}
  isKindOf              | is a kind of                  | kinds of it: {n}
  isPartOfInitiative    | is part of                    | consists of {n}
  isDetailedIn          | is set out in detail in       | sets out in detail {n}
  isPartOfEvent         | is part of the event          | holds {n}
  underHeading          | stands under the heading      | heading of {n}
  isAbout               | is about                      | subject of {n}
  isAttributedTo        | according to                  | source of {n}
  hasStatusValue        | is described as               | stated in {n}
  relativeTo            | with regard to                | point of reference in {n}
  isStatusOf            | says the standing of          | standing stated in {n}
  isUnitOf              | belongs to                    | has {n} as units
  isWithin              | lies within                   | contains {n}
  isSucceededBy         | was succeeded by              | came after {n}
  hasBorderWith         | runs between                  | one side of {n}
  isCompositionOf       | tells what makes up           | composition told in {n}
  hasMemberPlace        | lists                         | listed in {n}
  isNameOf              | names                         | named by {n}
  isAnomalyOf           | is a slip in what is said of  | has {n}
  isContactOf           | is the address of             | has {n}
  startDate             | begins on                     |
  endDate               | ends on                       |
  startYear             | begins in                     |
  endYear               | ends in                       |
  frequency             | happens or appears            |
  timeInWords           | happens or holds              |
  conditionInWords      | has the condition             |
  extentInWords         | to the extent                 |
  emphasizes            | singles out                   | singled out in {n}
Who takes part
  hasActor              | is carried out by             | carries out {n}
  isLedBy               | is led by                     | leads {n}
  isOrganizedBy         | is organized by               | organizes {n}
  hasPartner            | has as partner                | is partner in {n}
  worksThrough          | works through                 | is the means of {n}
  isSupportedBy         | is supported by               | supports {n}
  hasParticipant        | has as participant            | takes part in {n}
  isImplementedBy       | is put into practice by       | puts {n} into practice
  isMadeBy              | is or is to be made by        | made or is to make {n}
  isOwnedBy             | belongs to                    | owns {n}
  isRequestedBy         | was asked for by              | asked for {n}
  isSignedBy            | is signed by                  | signed {n}
  participatesIn        | is a part taken in            | who takes part: {n}
  hasAgent              | part taken by                 | roles and posts: {n}
  inOrganization        | within                        | who belongs to it: {n}
  hasRole               | in the role of                | role in {n}
  hasTargetGroup        | is meant for                  | target group of {n}
  concernsGroup         | concerns                      | concern of {n}
  underOffice           | under the office              | has {n} under it
Where
  takesPlaceIn          | takes place in                | place of {n}
  concernsPlace         | concerns the place            | concern of {n}
  servesPlace           | acts for or comes from        | its {n}
  isBasedIn             | is based in                   | seat of {n}
  fromPlace             | comes from                    | people come from it: {n}
Laws, plans and tools
  developsInstrument    | develops                      | developed by {n}
  supportsInstrument    | supports                      | supported by {n}
  usesInstrument        | uses                          | used by {n}
  promotesInstrument    | promotes                      | promoted by {n}
  alignsWithInstrument  | follows                       | followed by {n}
  involvesInstrument    | has to do with                | involved in {n}
  isPartOfInstrument    | is part of                    | has {n} as parts
Money
  amount                | amount                        |
  hasCurrency           | currency                      | currency of {n}
  computedAmount        | sum of its parts, worked out  |
  hasTotalKind          | total of a                    | kind of {n}
  funds                 | pays for                      | paid for by {n}
  hasFunder             | is paid by                    | pays {n}
  isFundedBy            | is paid for by                | pays for {n}
  isFundedThrough       | is paid through               | channel of {n}
Numbers
  figureValue           | number                        |
  printedForm           | as printed                    |
  hasUnit               | unit                          | unit of {n}
  hasPrecision          | hedge                         | hedge of {n}
  lowerBound            | at least                      |
  upperBound            | at most                       |
What the documents say of it
  hasAnomalyKind        | kind of slip                  | kind of {n}
  hasAssessmentKind     | kind of what is said          | kind of {n}
  mentions              | mentions                      | mentioned in {n}
  hasAssertionBasis     | how it is stated              | basis of {n}
  isStatedIn            | stated in                     | states {n}
Names
  hasNameKind           | kind of name                  | kind of {n}
Contact
  postalAddress         | address                       |
  telephone             | telephone                     |
  fax                   | fax                           |
  email                 | e-mail                        |
  webPage               | web page                      |
The document
  presents              | presents                      | presented by {n}
  isInDocument          | stands in                     | has {n}
  isSubsectionOf        | is part of the section        | has {n} below it
  isInSection           | stands in the section         | holds {n}
  hasEvidence           | is stated in                  | states {n}
  isRestatedIn          | is said again in              | repeats {n}
  excuses               | sets aside                    | set aside by {n}
  excusesForm           | sets aside the words          |
  hasReason             | for the reason                | reason of {n}
  order                 | reading rank                  |
  documentNumber        | number                        |
  textLength            | characters                    |
  textDigest            | SHA-256 of the text           |
  passageDigest         | SHA-256 of the words          |
"""
# Facts of their own about a thing: what refers to it from there reads under these headings.
_BY_CLASS = {
    "Assessment": "What the documents say of it",
    "StatusAssertion": "What the documents say of it",
    "Figure": "Numbers",
    "FundingContribution": "Money",
    "FundingRequirement": "Money",
    "NameForm": "Names",
    "PrintedTotal": "Money",
}
# The kind of a thing inside its class.
KINDS = tuple(
    MGO + name
    for name in (
        "hasLevel hasOrganizationKind hasOfficeKind hasInstrumentKind hasEventKind "
        "hasAssessmentKind hasNameKind hasAnomalyKind hasTotalKind"
    ).split()
)
# Direct links that follow from participations and memberships, which say more.
FROM_PARTS = frozenset(
    MGO + name
    for name in (
        "isLedBy isOrganizedBy hasPartner worksThrough isSupportedBy hasParticipant isFundedBy "
        "isImplementedBy isMadeBy isOwnedBy isRequestedBy isSignedBy"
    ).split()
)
_DOCUMENT = "The document"
_PLURALS = {"person": "persons"}
_VOCABULARY = re.compile(r" \([a-z]+\)$")


@dataclass(frozen=True)
class Phrase:
    """The heading of a property and its words from its subject and, with `{n}`, its object."""

    heading: str
    out: str
    into: str
    rank: int


def _read(table: str) -> tuple[tuple[str, ...], dict[str, Phrase]]:
    headings: list[str] = []
    phrases: dict[str, Phrase] = {}
    for line in table.strip().splitlines():
        if not line.startswith(" "):
            headings.append(line)
            continue
        name, out, into = (part.strip() for part in line.split("|"))
        phrases[MGO + name] = Phrase(headings[-1], out, into, len(phrases))
    return (*headings, LAST), phrases


HEADINGS, PHRASES = _read(_TABLE)
_SKOS = {
    "broader": Phrase("In short", "narrower than", "wider than {n}", 500),
    "inScheme": Phrase("In short", "belongs to", "holds {n}", 501),
    "topConceptOf": Phrase("In short", "stands at the top of", "has at its top {n}", 502),
}
PHRASES |= {SKOS + name: phrase for name, phrase in _SKOS.items()}
PHRASES[PREFIXES["qb"] + "dataSet"] = Phrase("Money", "is a cell of", "has {n}", 504)
PHRASES[OA + "hasSource"] = Phrase(_DOCUMENT, "is a passage of", "has {n}", 503)


def phrase(name: str, label: str) -> Phrase:
    """Return how a property reads; `label` is its label, for one that the table leaves out."""
    return PHRASES.get(name) or Phrase(LAST, label, f"{label}: {{n}}", 1000)


def heading_of(kind: str) -> str:
    """Return the heading that a fact of a class is about, '' for other things."""
    return _BY_CLASS.get(kind.removeprefix(MGO), "")


def heading_into(name: str, kind: str) -> str:
    """Return the heading for things of a class (an IRI) that refer by a property."""
    heading = phrase(name, "").heading
    return heading if heading == _DOCUMENT else _BY_CLASS.get(kind.removeprefix(MGO), heading)


def noun(label: str) -> str:
    """Return the label of a class without the vocabulary that it names: "concept (skos)"."""
    return _VOCABULARY.sub("", label)


def counted(number: int, label: str) -> str:
    """Return a number of things of a class, such as "12 initiatives"."""
    return f"{number:,} {noun(label) if number == 1 else plural(noun(label))}"


def plural(label: str) -> str:
    """Return the plural of a class's label."""
    if label in _PLURALS:
        return _PLURALS[label]
    if label.endswith("y") and label[-2:-1] not in "aeiou":
        return label[:-1] + "ies"
    return label + ("es" if label.endswith(("s", "x", "ch", "sh")) else "s")
