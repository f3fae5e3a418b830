"""What things cost, measured beside a floor in the same run. No module of the product imports this."""
