"""Takes events from browsers and answers once Kafka has them."""
