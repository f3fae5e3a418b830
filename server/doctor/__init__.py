"""`huddle doctor`: whether what stands around the service lets it keep its promises."""
