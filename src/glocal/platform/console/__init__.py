"""The ground of the console's pages: how a package shows its records, and the steps that a role allows."""
