"""What every tool stands on; knows no object of Assembla's."""
