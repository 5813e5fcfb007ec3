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
    /// The token that the case was given last.
    Granted,
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
            Self::Granted => "granted",
        }
    }

    /// The kind of a word; `usual` is not written.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::None, Self::Wrong, Self::Granted].into_iter().chain(Self::OTHERS).find(|auth| auth.as_str() == word)
    }
}

/// How a token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// By client credentials, as they are configured.
    Usual,
    /// By client credentials with id and secret in a header, by HTTP Basic.
    SecretInHeader,
    /// By client credentials with id and secret in the form.
    SecretInBody,
    /// By client credentials with the other secret that is configured.
    SecondSecret,
    /// By an assertion of a workload identity (RFC 7523 section 2.2).
    Assertion,
    /// By one whose audience is another app.
    AssertionForAnother,
    /// By one of another issuer.
    AssertionByAnother,
    /// By one of another subject.
    AssertionOfAnother,
    /// By one that has expired.
    AssertionExpired,
    /// By one whose signature was made with another key.
    AssertionForged,
}

impl Grant {
    const ALL: [Self; 10] = [
        Self::Usual,
        Self::SecretInHeader,
        Self::SecretInBody,
        Self::SecondSecret,
        Self::Assertion,
        Self::AssertionForAnother,
        Self::AssertionByAnother,
        Self::AssertionOfAnother,
        Self::AssertionExpired,
        Self::AssertionForged,
    ];

    /// The words in suites, in the order of [`Self::ALL`].
    pub(in crate::suite) const WORDS: [&str; 10] = [
        "usual",
        "secret-in-header",
        "secret-in-body",
        "second-secret",
        "assertion",
        "assertion-for-another",
        "assertion-by-another",
        "assertion-of-another",
        "assertion-expired",
        "assertion-forged",
    ];

    /// The way of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().zip(Self::WORDS).find(|(_, known)| *known == word).map(|(grant, _)| grant)
    }

    /// What has to be configured for it, as `needs` names it.
    #[must_use]
    pub const fn need(self) -> &'static str {
        match self {
            Self::Usual | Self::SecretInHeader | Self::SecretInBody => "oauth",
            Self::SecondSecret => "oauth.second-secret",
            _ => "federation",
        }
    }
}

/// What is looked at beside SCIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// The URL of the target as it was given.
    TenantUrl,
    /// The TLS handshake: versions, cipher suite, key, chain.
    Tls,
    /// The page that documents the API.
    Documentation,
    /// What a token says of itself: the one that was granted last, or the one that every request carries.
    Token,
    /// How the target bears requests at a fixed rate.
    Load,
}

impl Observed {
    const ALL: [Self; 5] = [Self::TenantUrl, Self::Tls, Self::Documentation, Self::Token, Self::Load];

    /// The words in suites, in the order of [`Self::ALL`].
    pub(in crate::suite) const WORDS: [&str; 5] = ["tenant-url", "tls", "documentation", "token", "load"];

    /// The thing of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().zip(Self::WORDS).find(|(_, known)| *known == word).map(|(what, _)| what)
    }

    /// What has to be configured for it, as `needs` names it.
    #[must_use]
    pub const fn need(self) -> Option<&'static str> {
        match self {
            Self::TenantUrl | Self::Token => None,
            Self::Tls => Some("https"),
            Self::Documentation => Some("documentation"),
            Self::Load => Some("load"),
        }
    }
}
