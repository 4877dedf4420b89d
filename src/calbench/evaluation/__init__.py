"""Evaluation: from plan and journal to the record; pure, so that last year's journal gives last year's record."""
