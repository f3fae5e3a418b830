"""Stock strawberry over SQLModel entities as both document it: entities with relations, loaded eagerly, behind types
whose fields are their attributes, and a DataLoader where something must be worked out for many.
"""
