"""Which test holds which fault of the design's table: transport, politeness, documents, feeds.

The numbers are those of the design; a fault is held by every test that is named beside it.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HELD = {
    "F01 connection refused": [
        "test_reaching.test_a_closed_port_is_called_refused",
        "test_faults.test_a_source_that_cannot_be_reached_says_why",
    ],
    "F02 name does not exist": [
        "test_reaching.test_an_unknown_name_is_called_unknown",
        "test_faults.test_a_source_that_cannot_be_reached_says_why",
    ],
    "F03 name server slow or failing": [
        "test_reaching.test_names_that_hang_hold_nobody_up",
        "test_reaching.test_of_names_that_hang_only_so_many_are_asked_for",
        "test_reaching.test_a_name_server_that_fails_is_not_a_name_that_is_not_there",
        "test_reaching.test_a_name_that_hangs_does_not_keep_a_process_alive",
    ],
    "F04 never answers, F05 slow headers": [
        "test_fetch.test_a_broken_answer_is_no_page_and_is_named",
        "test_faults.test_a_source_that_cannot_be_read_says_why_and_costs_no_other",
    ],
    "F07 reset in the body, F09 chunk cut or bad": [
        "test_fetch.test_a_broken_answer_is_no_page_and_is_named",
        "test_faults.test_a_story_that_cannot_be_read_says_why_and_costs_no_other",
    ],
    "F10 Content-Length garbage, short, with chunks": [
        "test_fetch.test_a_broken_answer_is_no_page_and_is_named",
        "test_fetch.test_what_follows_a_page_on_its_connection_is_taken_for_no_other_page",
    ],
    "F11 not HTTP, HTTP/0.9": ["test_fetch.test_a_broken_answer_is_no_page_and_is_named"],
    "F12 endless body": ["test_fetch.test_an_endless_body_is_stopped_at_the_limit"],
    "F13 endless or 1 MiB headers": ["test_fetch.test_a_broken_answer_is_no_page_and_is_named"],
    "F14 64 KiB ETag, date in 2999": ["test_fetch.test_validators_that_would_do_harm_are_not_kept"],
    "F16 bombs": [
        "test_fetch.test_a_broken_answer_is_no_page_and_is_named",
        "test_faults.test_a_source_that_cannot_be_read_says_why_and_costs_no_other",
        "test_pauses.test_packed_robots_of_any_size_are_bounded",
    ],
    "F17 says gzip and is not; gzip cut": [
        "test_fetch.test_a_broken_answer_is_no_page_and_is_named",
        "test_faults.test_a_story_that_cannot_be_read_says_why_and_costs_no_other",
    ],
    "F18 redirect loop, chain of 25": ["test_fetch.test_a_chain_of_redirects_ends_after_five"],
    "F19 redirect to file, ftp, data, javascript, nothing": [
        "test_fetch.test_a_redirect_to_nowhere_is_refused_in_words"
    ],
    "F22 inward addresses in every spelling": [
        "test_doors.test_no_spelling_of_an_inward_address_reaches_it_through_any_door",
        "test_doors.test_the_canaries_would_sing_were_it_not_for_the_gate",
        "test_doors.test_a_name_that_is_bound_anew_after_robots_reaches_nothing",
    ],
    "F23 proxy variables": ["test_reaching.test_a_proxy_of_the_environment_is_not_used"],
    "F24 links to internal places": [
        "test_faults.test_a_link_that_is_not_asked_for_is_refused_with_its_reason",
        "test_doors.test_what_leads_inward_is_shown_with_its_reason_and_costs_no_other_story",
    ],
    "F26 certificates, TLS 1.0": [
        "test_tls.test_a_certificate_that_proves_nothing_is_named_as_the_reason",
        "test_tls.test_a_server_that_speaks_only_old_tls_is_told_apart",
        "test_tls.test_a_source_with_a_bad_certificate_says_so_and_costs_no_other",
    ],
    "F27 handshake never ends": ["test_tls.test_a_handshake_that_never_ends_is_given_up"],
    "F29 429 with Retry-After, or without": [
        "test_pauses.test_a_host_that_does_not_say_how_long_is_asked_less_and_less_until_it_lets_us_in",
        "test_pauses.test_a_host_that_asks_us_to_wait_hears_nothing_until_then",
        "test_pauses.test_a_host_that_asks_us_to_wait_hears_nothing_after_a_restart_either",
        "test_crawl.test_a_host_that_asks_us_to_wait_is_asked_by_no_source_even_after_a_restart",
    ],
    "F32 odd robots": [
        "test_manners.test_robots_that_do_not_forbid_let_us_in",
        "test_manners.test_what_robots_forbid_is_not_asked_for",
    ],
    "F33 robots hang, loop, without a name": [
        "test_manners.test_robots_that_cannot_be_read_mean_no_for_now",
        "test_reaching.test_names_that_hang_hold_nobody_up",
    ],
    "F34 robots deny all": [
        "test_manners.test_what_robots_forbid_is_not_asked_for",
        "test_manners.test_what_robots_deny_is_asked_for_again_after_a_day",
        "test_manners.test_a_person_may_answer_for_not_asking",
    ],
    "F36 crawl delay": [
        "test_manners.test_a_crawl_delay_is_heeded_within_reason",
        "test_pauses.test_a_longer_crawl_delay_takes_the_place_of_ours",
    ],
    "F37 20 sources on one host": [
        "test_crawl.test_twenty_sources_on_one_host_never_ask_more_than_its_pause_allows",
        "test_pauses.test_a_host_is_asked_one_thing_at_a_time_with_a_pause",
    ],
    "F38 304 always, an ETag that lies": [
        "test_economy.test_a_listing_that_always_says_unchanged_is_read_whole_once_a_week",
        "test_fetch.test_unchanged_without_being_asked_is_an_error",
        "test_faults.test_a_source_that_cannot_be_read_says_why_and_costs_no_other",
    ],
    "F39 500 for a week, then good": [
        "test_backoff.test_a_source_that_fails_for_a_week_is_asked_twelve_times_a_day_and_recovers",
        "test_backoff.test_what_somebody_must_mend_is_asked_for_rarely_and_says_why",
        "test_schedule.test_a_source_that_fails_is_asked_twelve_times_a_day_at_most",
        "test_archive.test_a_source_remembers_its_faults_until_it_is_well",
    ],
    "F40 no contact": ["test_config.test_a_mistake_is_refused_where_it_stands"],
    "F41 100,000 nested elements": [
        "test_faults.test_a_source_that_cannot_be_read_says_why_and_costs_no_other",
        "test_faults.test_a_story_that_cannot_be_read_says_why_and_costs_no_other",
    ],
    "F43 text of 11 MB": [
        "test_kinds.test_a_text_of_eleven_megabytes_is_told_and_costs_no_item_before_it",
        "test_faults.test_a_story_that_cannot_be_read_says_why_and_costs_no_other",
    ],
    "F45 charset lies": ["test_faults.test_a_page_is_read_right_whatever_its_label_says"],
    "F46 Content-Type lies, PDF, JPEG": [
        "test_faults.test_a_story_that_cannot_be_read_says_why_and_costs_no_other",
        "test_extraction.test_random_bytes_are_no_story_whatever_their_label",
    ],
    "F47 NUL, control, bidi": [
        "test_printing.test_what_a_newsroom_writes_is_shown_and_never_obeyed",
        "test_render.test_markup_templates_and_control_characters_come_out_as_letters",
        "test_render.test_headers_are_one_short_visible_line",
    ],
    "F48 soft 404, challenge, script shell, login wall": [
        "test_faults.test_a_story_that_cannot_be_read_says_why_and_costs_no_other",
        "test_extraction.test_a_page_without_a_story_is_refused_with_its_reason",
    ],
    "F51 A/B headlines": [
        "test_twins.test_two_headlines_in_turn_are_two_states_and_one_mark",
        "test_watch.test_two_headlines_in_turn_are_told_once",
    ],
    "F52 traps, session ids": [
        "test_faults.test_a_trap_of_ever_new_addresses_costs_so_many_pages_a_visit",
        "test_faults.test_an_index_that_leads_ever_further_is_left",
        "test_whole.test_a_pager_without_end_is_followed_for_twenty_sheets",
    ],
    "F53 endless revisions": [
        "test_archive.test_of_too_many_states_the_oldest_go_but_never_the_first_or_the_newest"
    ],
    "F54 laughs, quadratic entities": ["test_kinds.test_entities_are_refused_at_once"],
    "F57 odd GUIDs": ["test_kinds.test_an_address_is_found_wherever_a_feed_puts_it"],
    "F58 odd dates": [
        "test_kinds.test_an_item_without_a_readable_time_is_listed_without",
        "test_dates.test_what_cannot_be_trusted_is_no_time",
    ],
    "F59 malformed XML": [
        "test_kinds.test_one_bad_item_costs_no_other_and_is_told",
        "test_kinds.test_an_item_cut_short_is_left_out_and_the_others_are_kept",
        "test_faults.test_a_damaged_feed_gives_what_it_has_and_is_asked_for_whole_again",
    ],
    "F60 HTML or nothing for a feed": [
        "test_kinds.test_what_is_no_feed_is_refused_in_a_sentence",
        "test_faults.test_a_feed_that_lists_nothing_any_more_makes_no_story_gone",
    ],
    "F61 50,000 items": ["test_kinds.test_only_so_many_items_are_taken"],
    "F62 sitemap loop, 60,000 URLs, gz bomb, not XML": [
        "test_faults.test_an_index_that_leads_ever_further_is_left",
        "test_listings.test_only_so_many_addresses_of_a_sitemap_are_taken",
        "test_listings.test_what_is_no_sitemap_is_refused_in_a_sentence",
        "test_faults.test_a_source_that_cannot_be_read_says_why_and_costs_no_other",
    ],
}


@pytest.mark.parametrize("fault", HELD)
def test_every_fault_is_held_by_tests_that_exist(fault: str) -> None:
    for name in HELD[fault]:
        module, _, test = name.partition(".")
        tree = ast.parse(Path(__file__).with_name(f"{module}.py").read_text())
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
