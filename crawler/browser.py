"""A page as a browser shows it: Chromium, with no network of its own.

The page itself was fetched as any other; what its programs ask for is fetched by us, through the
gate, robots.txt and pauses, or not at all. docs/decisions/010-pages-in-a-browser.md says why.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from config.origins import host
from crawler.addresses import is_same_site
from crawler.domains import registered
from crawler.extract.article import Refusal
from crawler.fetch import Answer, Later, is_mishap
from db.records import Validators

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Page, Playwright, Route

    from config.settings import Settings
    from crawler.fetch import Fetched

    Ask = Callable[[str], Awaitable[Fetched]]

EXCHANGES = 2  # a page may take as long as so many requests: it waits for its parts
REST_S = 0.5  # without a request: what the page's programs do then is no reading any more
CLOSED_IN_S = 2  # one that does not close by then ends with its browser
PARTS = 40  # requests of one page; one that asks without end is shown as it is by then
PROGRAMS = ("script", "xhr", "fetch")  # what makes text; no pictures, styles, frames, sockets
HTML = ("text/html", "application/xhtml+xml")
NOWHERE = "http://127.0.0.1:1"  # nobody listens on port 1
WALLED_IN = (
    # Whatever is not handed to us finds no name, no proxy and no other way out.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--js-flags=--max-old-space-size=256",  # MiB; a page that needs more breaks itself
)


class Browser:
    """One Chromium for all pages, started for the first of them; it shows one at a time."""

    def __init__(self, settings: Settings, user_agent: str) -> None:
        self._path = settings.chromium
        self._user_agent = user_agent
        self._limit_s = EXCHANGES * settings.limits.timeout_s
        self._turn = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None

    async def shown(
        self, answer: Answer, ask: Ask, *, limit_bytes: int
    ) -> Answer | Later | Refusal:
        """Return a page as its programs have made it; one that is no page comes back as it was.

        `ask` fetches what the page's programs want; a program of the page's own site that cannot
        be had now makes it wait.
        """
        from playwright.async_api import Error  # noqa: PLC0415 - of an extra, and slow to import

        if answer.is_unchanged or answer.status >= 300 or answer.kind not in HTML:  # noqa: PLR2004
            return answer
        sitting = Sitting(answer, ask)
        async with self._turn:
            try:
                async with asyncio.timeout(self._limit_s):
                    text = await self._text(sitting, limit_bytes)
            except TimeoutError:
                await self._end()  # with the program that would not stop
                return Later("timeout", f"the page was not complete within {self._limit_s:g} s")
            except Error as error:
                why = error.message.strip().partition("\n")[0]
                return Later("browser", f"the browser could not show the page ({why})")
        if sitting.missing is not None:
            return sitting.missing
        body = text.encode("utf-8", "replace") if text is not None else None
        if body is None or len(body) > limit_bytes:
            return Refusal(
                "too-large", "the page in the browser is larger than the limit ([limits])"
            )
        return replace(answer, body=body, encoding="utf-8", validators=Validators())

    async def close(self) -> None:
        """End Chromium."""
        if self._playwright is not None:
            await self._end()
            await self._playwright.stop()

    async def _end(self) -> None:
        from playwright.async_api import Error  # noqa: PLC0415

        if self._chromium is not None:
            with suppress(Error):  # it may be gone already: Ctrl-C is meant for it, too
                await self._chromium.close()
            self._chromium = None

    async def _text(self, sitting: Sitting, limit_bytes: int) -> str | None:
        """Return the page as it has become; null when it is too long to be fetched at all."""
        from playwright.async_api import Error  # noqa: PLC0415

        chromium = await self._started()
        context = await chromium.new_context(
            user_agent=self._user_agent,
            offline=True,  # what is handed to us is answered all the same
            service_workers="block",
            accept_downloads=False,
            bypass_csp=True,  # it would keep us from asking whether the page is ready
        )
        try:
            await context.route("**/*", sitting.answered)
            await context.route_web_socket("**/*", lambda line: line.close())
            page = await context.new_page()
            await page.goto(sitting.url, wait_until="commit", timeout=0)
            # Playwright's own states wait for ever once the page tried to go elsewhere.
            await page.wait_for_function("document.readyState !== 'loading'", timeout=0)
            await sitting.rest()
            return await page.content() if await _length(page) <= limit_bytes else None
        finally:
            with suppress(Error, TimeoutError):
                async with asyncio.timeout(CLOSED_IN_S):
                    await context.unroute_all(behavior="ignoreErrors")
                    await context.close()

    async def _started(self) -> Chromium:
        """Return the running Chromium; one that broke is followed by another."""
        from playwright.async_api import async_playwright  # noqa: PLC0415

        if self._playwright is None:
            self._playwright = await async_playwright().start()
        if self._chromium is None or not self._chromium.is_connected():
            self._chromium = await self._playwright.chromium.launch(
                executable_path=self._path,
                args=WALLED_IN,
                proxy={"server": NOWHERE},
                # Root has no sandbox; everybody else has one, or no browser.
                chromium_sandbox=os.geteuid() != 0,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        return self._chromium


async def _length(page: Page) -> int:
    """Count the characters of a page in a world that its programs cannot reach."""
    session = await page.context.new_cdp_session(page)
    frames = await session.send("Page.getFrameTree")
    world = await session.send(
        "Page.createIsolatedWorld", {"frameId": frames["frameTree"]["frame"]["id"]}
    )
    counted = await session.send(
        "Runtime.evaluate",
        {
            "expression": "document.documentElement.outerHTML.length",
            "contextId": world["executionContextId"],
        },
    )
    return int(counted["result"]["value"])


class Sitting:
    """One page being shown: hands over the page, and what its programs may have."""

    def __init__(self, answer: Answer, ask: Ask) -> None:
        self.url = answer.url
        self.missing: Later | None = None
        self._answer = answer
        self._ask = ask
        self._parts = self._under_way = 0
        self._last_s = 0.0
        self._is_handed_over = False

    async def answered(self, route: Route) -> None:
        """Answer one request of the page."""
        request = route.request
        is_program = request.resource_type in PROGRAMS and request.method == "GET"
        if request.is_navigation_request():
            await self._navigated(route)
        elif not is_program or self._parts >= PARTS:
            await route.abort()
        else:
            self._parts += 1
            self._under_way += 1
            try:
                await self._program(route)
            finally:
                self._under_way -= 1
                self._last_s = asyncio.get_running_loop().time()

    async def rest(self) -> None:
        """Return when the page has not asked for anything for a while."""
        clock = asyncio.get_running_loop().time
        self._last_s = clock()
        while self._under_way or clock() - self._last_s < REST_S:  # noqa: ASYNC110 - a clock
            await asyncio.sleep(REST_S / 5)

    async def _navigated(self, route: Route) -> None:
        """Hand the page over, once; wherever else it wants to go, it stays."""
        if self._is_handed_over:
            await route.abort("aborted")
            return
        self._is_handed_over = True
        kind = _media_type(self._answer)
        await route.fulfill(status=200, content_type=kind, body=self._answer.body)

    async def _program(self, route: Route) -> None:
        url = route.request.url
        part = await self._ask(url)
        if isinstance(part, Later) and is_mishap(part) and is_same_site(url, self.url):
            self.missing = Later(part.reason, f"a part of the page: {part.detail}", part.wait_s)
        if not isinstance(part, Answer) or part.is_unchanged or not self._may_read(route, part):
            await route.abort()
            return
        headers = {
            "content-type": _media_type(part),
            "access-control-allow-origin": route.request.headers.get("origin", "*"),
            "access-control-allow-credentials": "true",
        }
        await route.fulfill(status=part.status, headers=headers, body=part.body)

    def _may_read(self, route: Route, part: Answer) -> bool:
        """Whether a program may have an answer: what it reads as data, it can send away.

        So that is what its own site says, and nothing of anybody who lets tilik in.
        """
        return route.request.resource_type == "script" or _site(part.url) == _site(self.url)


def _site(url: str) -> str:
    return registered(host(url)) or host(url)


def _media_type(answer: Answer) -> str:
    """Say what an answer is; bytes that are UTF-8 are UTF-8, whatever the server says of them."""
    kind = answer.kind or "application/octet-stream"
    try:
        answer.body.decode()
    except UnicodeDecodeError:
        return f"{kind}; charset={answer.encoding}" if answer.encoding else kind
    return f"{kind}; charset=utf-8"
