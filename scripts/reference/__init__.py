"""What docs/ says of the rules, generated from the rules: tables, diagrams, and the pages that hold them."""
