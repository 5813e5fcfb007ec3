//! Words that a suite chooses from: profiles, tiers, encodings, credentials.

/// Whose verdict a case counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// RFC 7643, RFC 7644, and RFC 9865 where declared.
    Rfc,
    /// Microsoft Entra ID.
    Entra,
    /// Okta.
    Okta,
}

impl Profile {
    /// The word in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rfc => "rfc",
            Self::Entra => "entra",
            Self::Okta => "okta",
        }
    }

    /// The title in reports.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Rfc => "RFC 7643 and RFC 7644",
            Self::Entra => "Microsoft Entra ID",
            Self::Okta => "Okta",
        }
    }

    /// The profile of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Rfc, Self::Entra, Self::Okta].into_iter().find(|profile| profile.as_str() == word)
    }
}

/// How basic a case is; each tier includes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// Does it work at all?
    Basic,
    /// What clients do every day.
    Onboarding,
    /// Everything that a client may rely on.
    #[default]
    Full,
    /// Hostile input and races.
    Edge,
}

impl Tier {
    /// Every tier, most basic first.
    pub const ALL: [Self; 4] = [Self::Basic, Self::Onboarding, Self::Full, Self::Edge];

    /// The word in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Onboarding => "onboarding",
            Self::Full => "full",
            Self::Edge => "edge",
        }
    }

    /// The tier of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == word)
    }
}

/// How a query is written into the URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encode {
    /// Percent-encoding, a space as `%20`.
    #[default]
    Percent,
    /// Form encoding, a space as `+`.
    Form,
    /// As it is.
    Raw,
}

/// Which credential a step sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Auth {
    /// The configured one.
    #[default]
    Usual,
    /// None.
    None,
    /// One that the target cannot know.
    Wrong,
    /// The configured one of another tenant.
    Second,
    /// The configured one that may read and not write.
    Limited,
    /// The configured one that has expired.
    Expired,
}

impl Auth {
    /// Every kind that a user configures beside the usual one.
    pub const OTHERS: [Self; 3] = [Self::Second, Self::Limited, Self::Expired];

    /// The word in suites and in the table `[auth]`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::None => "none",
            Self::Wrong => "wrong",
            Self::Second => "second",
            Self::Limited => "limited",
            Self::Expired => "expired",
        }
    }

    /// The kind of a word; `usual` is not written.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::None, Self::Wrong].into_iter().chain(Self::OTHERS).find(|auth| auth.as_str() == word)
    }
}
