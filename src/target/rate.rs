//! How many requests a target takes in a second.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A rate, more than zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate(f64);

/// A text that is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a number of requests per second, for example 10/s or 0.5/s")]
pub struct NoRate;

impl Rate {
    /// A rate of so many requests in a second.
    ///
    /// # Errors
    /// The number is not above zero, or so small that the next request would be days away.
    pub fn per_second(number: f64) -> Result<Self, NoRate> {
        if number.is_finite() && number >= 0.0001 { Ok(Self(number)) } else { Err(NoRate) }
    }

    /// Requests in a second.
    #[must_use]
    pub const fn in_a_second(self) -> f64 {
        self.0
    }

    /// The time from one request to the next.
    #[must_use]
    pub fn interval(self) -> Duration {
        Duration::from_secs_f64(1.0 / self.0)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", self.0)
    }
}

impl FromStr for Rate {
    type Err = NoRate;

    fn from_str(text: &str) -> Result<Self, NoRate> {
        let number = text.trim().strip_suffix("/s").unwrap_or(text.trim());
        number.trim().parse().map_err(|_| NoRate).and_then(Self::per_second)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Rate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a rate such as 10/s")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Rate, E> {
                text.parse().map_err(|_| E::invalid_value(serde::de::Unexpected::Other("text"), &self))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Rate, E> {
                Rate::per_second(number).map_err(|_| E::invalid_value(serde::de::Unexpected::Float(number), &self))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Rate, E> {
                #[expect(clippy::cast_precision_loss, reason = "a rate is small")]
                self.visit_f64(number as f64)
            }
        }
        deserializer.deserialize_any(Read)
    }
}

impl schemars::JsonSchema for Rate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Requests per second.",
            "anyOf": [
                { "type": "number", "exclusiveMinimum": 0 },
                { "type": "string", "pattern": "^[0-9]+([.][0-9]+)?(/s)?$" },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_and_gives_the_time_between_requests() {
        for (text, millis) in [("10/s", 100), ("10", 100), (" 0.5 /s ", 2000)] {
            assert_eq!(text.parse::<Rate>().unwrap().interval(), Duration::from_millis(millis), "{text}");
        }
        for text in ["", "0/s", "-1", "10/m", "inf", "NaN", "1e-9"] {
            assert_eq!(text.parse::<Rate>(), Err(NoRate), "{text}");
        }
    }
}
