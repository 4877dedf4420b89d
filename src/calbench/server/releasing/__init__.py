"""Review, release and files of runs, as the page and programs see them."""
