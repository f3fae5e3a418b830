"""A client of Huddle, built on gql: documents of operations/, HTTP, and streams that resume."""
