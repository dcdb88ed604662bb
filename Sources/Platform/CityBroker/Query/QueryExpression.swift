package import CityKernel

/// The `q` language of NGSI-LD (§4.9) as a tree.
package indirect enum QueryExpression: Sendable, Hashable {
    case all([QueryExpression])
    case any([QueryExpression])
    /// `a`, `a.b` or `a[b.c]` exists.
    case exists(AttributePath)
    /// `!a`: it does not.
    case missing(AttributePath)
    case compare(AttributePath, Comparison, [QueryValue])
}

/// `temperature`, a sub-attribute `temperature.quality`, a member of the value `address[city]`, or
/// an attribute of the entity that a relationship names `managedBy{name}`.
package struct AttributePath: Sendable, Hashable {
    package var attribute: String
    package var subAttributes: [String]
    package var members: [String]
    /// At most one: what is asked of the entity at the other end.
    package var linked: [LinkedPath] = []

    package struct LinkedPath: Sendable, Hashable {
        /// Empty: of any type.
        package var types: [String]
        package var path: AttributePath
    }

    package init(_ attribute: String, subAttributes: [String] = [], members: [String] = []) {
        self.attribute = attribute
        self.subAttributes = subAttributes
        self.members = members
    }

    /// How many relationships the path follows.
    package var linkDepth: Int { linked.first.map { 1 + $0.path.linkDepth } ?? 0 }
}

/// The operators of `q`, spelled as there.
package enum Comparison: String, Sendable, Hashable {
    case equal = "=="
    case notEqual = "!="
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    case matches = "~="
    case notMatches = "!~="
}

/// Several values mean "one of them".
package enum QueryValue: Sendable, Hashable {
    case value(JSONValue)
    case range(JSONValue, JSONValue)
}

extension QueryExpression {
    /// Every path in it.
    package var paths: [AttributePath] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.paths)
        case .exists(let path), .missing(let path), .compare(let path, _, _): [path]
        }
    }

    /// How many relationships the longest path follows.
    package var linkDepth: Int { paths.map(\.linkDepth).max() ?? 0 }

    /// Times that the broker sets; a query of nothing else asks for everything (§5.7.2.4).
    package static let systemNames: Set<String> = [
        "createdAt", "modifiedAt", "deletedAt", "expiresAt",
    ]

    package var asksOnlyForSystemTimes: Bool {
        paths.allSatisfy { Self.systemNames.contains($0.attribute) }
    }
}
