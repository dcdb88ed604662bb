package import CityKernel

/// The `q` language of NGSI-LD (§4.9) as a tree.
package indirect enum QueryExpression: Sendable, Hashable {
    case all([QueryExpression])
    case any([QueryExpression])
    /// `a`, `a.b` or `a[b.c]` exists.
    case exists(AttributePath)
    case compare(AttributePath, Comparison, [QueryValue])
}

/// `temperature`, a sub-attribute `temperature.quality`, or a member of the value `address[city]`.
package struct AttributePath: Sendable, Hashable {
    package var attribute: String
    package var subAttributes: [String]
    package var members: [String]

    package init(_ attribute: String, subAttributes: [String] = [], members: [String] = []) {
        self.attribute = attribute
        self.subAttributes = subAttributes
        self.members = members
    }
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
