//! The many cases of a run that are no trouble.

/// Titles of cases that pass, by suite.
pub(super) const PASSING: [(&str, &[(&str, &str)]); 8] = [
    (
        "discovery/schemas",
        &[
            ("lists-core", "The schema list names User and Group"),
            ("by-id", "A schema is found by its URN"),
            ("characteristics", "Each attribute states its characteristics"),
            ("resource-types", "Each resource type names its schema and endpoint"),
            ("config", "The service provider configuration states every capability"),
            ("filter-refused", "A filter on the schema list is refused with 403"),
        ],
    ),
    (
        "users/create",
        &[
            ("location", "The answer to a create tells where the user is"),
            ("meta", "A created user carries its meta attributes"),
            ("duplicate", "A second user with the same name is refused with 409"),
            ("missing-name", "A user without a name is refused with 400"),
            ("unknown-attribute", "An attribute that no schema knows does no harm"),
            ("case-of-names", "Attribute names are matched without regard to case"),
        ],
    ),
    (
        "users/replace",
        &[
            ("keeps-id", "Replacing a user keeps its id"),
            ("drops-absent", "Attributes that are absent from a replacement are cleared"),
            ("read-only", "Read-only attributes in a replacement are ignored"),
            ("unknown-id", "Replacing a user that is not there answers 404"),
        ],
    ),
    (
        "filter/matrix",
        &[
            ("selects[eq]", "A list filtered by eq holds exactly the matching users"),
            ("selects[co]", "A list filtered by co holds exactly the matching users"),
            ("selects[sw]", "A list filtered by sw holds exactly the matching users"),
            ("selects[pr]", "A list filtered by pr holds exactly the matching users"),
            ("selects[and]", "A list filtered by and holds exactly the matching users"),
            ("selects[or]", "A list filtered by or holds exactly the matching users"),
            ("selects[brackets]", "A list filtered by brackets holds exactly the matching users"),
            ("invalid", "A filter that cannot be read is refused with invalidFilter"),
        ],
    ),
    (
        "patch/users",
        &[
            ("replace-one", "Replacing one attribute leaves the others"),
            ("add-email", "Adding an e-mail address keeps those that are there"),
            ("no-path", "An operation without a path merges its values"),
            ("deactivate", "Setting active to false disables the user"),
            ("bad-path", "A path that cannot be read is refused with invalidPath"),
        ],
    ),
    (
        "pagination/walk",
        &[
            ("first-page", "The first page begins at one"),
            ("beyond-end", "A page beyond the end is empty"),
            ("count-zero", "A count of zero gives the total alone"),
        ],
    ),
    (
        "errors/bodies",
        &[
            ("not-found", "A resource that is not there answers 404 with an error body"),
            ("bad-json", "A body that is no JSON is refused with invalidSyntax"),
            ("status-text", "The status in an error body is a string"),
        ],
    ),
    (
        "etag/if-match",
        &[
            ("stale", "A change with an outdated entity tag is refused"),
            ("current", "A change with the current entity tag succeeds"),
        ],
    ),
];
