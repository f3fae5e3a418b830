"""How it is run: documents compiled once into Python. Knows graphql-core and strawberry's field definitions only."""
