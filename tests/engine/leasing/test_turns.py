"""Threads that take turns: never two with one resource, first come first served, and nobody waits for ever."""

from __future__ import annotations

import random
import threading

import pytest

from calbench.leasing.turns import Turns

PATIENCE = 30.0


def test_points_of_many_positions_never_share_and_all_come_to_an_end() -> None:
    turns, owners, wrong, done = Turns(), dict[str, int](), list[str](), list[int]()

    def position(number: int) -> None:
        chance = random.Random(number)
        for _ in range(100):
            wanted = chance.sample("abcd", chance.randint(1, 3))
            with turns.together(wanted):
                wrong.extend(one for one in wanted if one in owners)
                owners.update(dict.fromkeys(wanted, number))
                for one in wanted:
                    del owners[one]
        done.append(number)

    threads = [threading.Thread(target=position, args=(number,), daemon=True) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert (sorted(done), wrong) == (list(range(8)), [])


def test_who_came_first_is_served_first_even_if_it_wants_more() -> None:
    turns, order, begun = Turns(), list[str](), threading.Semaphore(0)

    def wants(name: str, *resources: str) -> threading.Thread:
        def take() -> None:
            with turns.together(resources):
                order.append(name)

        thread = threading.Thread(target=take, daemon=True)
        queued = len(turns._queue)
        thread.start()
        while len(turns._queue) == queued and thread.is_alive():
            begun.acquire(timeout=0.001)
        return thread

    with turns.together(["a"]):
        threads = [wants("both", "a", "b"), wants("b later", "b"), wants("c", "c")]
        threads[2].join(PATIENCE)
        assert order == ["c"], "who wants what nobody before it wants does not wait"
    for thread in threads:
        thread.join(PATIENCE)
    assert order == ["c", "both", "b later"]


def test_a_thread_that_has_some_may_not_ask_for_more() -> None:
    turns = Turns()
    with turns.together(["a"]), pytest.raises(ValueError, match="together"), turns.together(["b"]):
        pass
    with turns.together(["a", "b"]):
        pass


def test_waiting_is_broken_off_and_leaves_no_place_in_the_queue() -> None:
    def look() -> None:
        raise InterruptedError

    turns, ended = Turns(look), list[bool]()

    def take() -> None:
        with pytest.raises(InterruptedError), turns.together(["a"]):
            pass
        ended.append(True)

    with turns.together(["a"]):
        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        thread.join(PATIENCE)
    assert ended == [True]
    with turns.together(["a"]):
        pass
