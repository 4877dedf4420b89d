"""Drivers for weighing indicators made by Yaohua."""
