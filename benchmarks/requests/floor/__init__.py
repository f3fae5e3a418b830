"""The floor: an endpoint written by hand for each work, on the raw drivers, with orjson and no GraphQL.

It does what ours must do, in the same statements and the same transactions: the token is verified, who asks is read,
rights and rules are checked, and the same rows are read and written. It caches nothing.
"""
