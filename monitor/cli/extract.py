"""`tilik extract`: the article of an address or a file, and the repairs that touched it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.extract.article import Article, Page, Refusal
from crawler.extract.extraction import extract
from crawler.extract.plain import extract_plain, is_plain
from monitor.cli.opening import as_json, settings_of, utc_now
from monitor.cli.output import clean, print_json

if TYPE_CHECKING:
    from crawler.extract.article import Head

SHOWN_CHARACTERS = 70


@click.command
@click.argument("target", metavar="URL|FILE")
@click.option("--url", "address", help="The address that a FILE came from.")
@click.option("--zone", help="The source's time zone, for times printed without one.")
@click.option("--explain", is_flag=True, help="Show which rule took what.")
@as_json
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 - the options of a command
    folder: str,
    target: str,
    address: str | None,
    zone: str | None,
    explain: bool,  # noqa: FBT001 - click's way
    is_json: bool,  # noqa: FBT001
) -> int:
    """Print the article of a URL (fetched politely, through the gate) or of a saved FILE."""
    if target.startswith(("http://", "https://")):
        outcome = _of_url(folder, target)
    else:
        path = Path(target)
        page = Page(address or path.name, _bytes_of(path), utc_now(), zone=zone)
        outcome = extract_plain(page) if is_plain(page.body) else extract(page)
    if not isinstance(outcome, Article):
        if is_json:
            print_json({"reason": outcome.reason, "detail": outcome.detail})
        else:
            click.echo(f"no article: {clean(outcome.detail)} ({outcome.reason})", err=True)
        return 1
    if is_json:
        print_json(outcome)
    else:
        _print(outcome, is_explained=explain)
    return 0


def _bytes_of(path: Path) -> bytes:
    """Read a saved page. Raises OSError, which tells an address without its beginning as one."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        if len(path.parts) > 1 and "." in path.parts[0].strip("."):
            sentence = f"{error.strerror}; if it is an address, write https://{path}"
            raise FileNotFoundError(error.errno, sentence, str(path)) from error
        raise


def _of_url(folder: str, url: str) -> Article | Any:  # noqa: ANN401 - Refusal or Later: the same fields
    from crawler.fetch import Answer  # noqa: PLC0415 - a file needs no Scrapy
    from crawler.once import read_once  # noqa: PLC0415

    outcome = asyncio.run(read_once(settings_of(folder), url, utc_now))
    if isinstance(outcome, Answer):
        return Refusal("not-found", f"the page is not there (HTTP {outcome.status})")
    return getattr(outcome, "article", outcome)


def _print(article: Article, *, is_explained: bool) -> None:
    if article.head.headline:
        click.echo(clean(article.head.headline))
    for line in _facts(article.head):
        click.echo(clean(line))
    click.echo()
    click.echo(clean(article.text.replace("\n", "\n\n")))
    if article.related:
        click.echo("\nrelated")
        for text, url in article.related:
            click.echo(clean(f"  {text}  {url}"))
    if article.removals:
        click.echo("\nrepairs")
        for removal in article.removals:
            text = " ".join(removal.text.split())
            if not is_explained and len(text) > SHOWN_CHARACTERS:
                text = f"{text[:SHOWN_CHARACTERS]}… ({len(removal.text)} characters)"
            click.echo(clean(f"  {removal.repair}: {removal.reason}: {text}"))


def _facts(head: Head) -> list[str]:
    facts = {
        "by": ", ".join(head.authors),
        "editor": head.editor,
        "agency": head.agency,
        "published": f"{head.published.at.isoformat()} ({head.published.origin})"
        if head.published
        else None,
        "modified": head.modified.at.isoformat() if head.modified else None,
        "section": head.section,
        "image": head.image,
        "caption": head.caption,
    }
    return [f"{name}: {value}" for name, value in facts.items() if value]
