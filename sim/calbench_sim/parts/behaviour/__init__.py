"""How hidden errors and regulated quantities move, whatever the kind of instrument; which model of a family it is."""
