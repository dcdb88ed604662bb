/// What a release must reach.
package struct AnonymityGoal: Sendable, Hashable {
    var k: Int
    var l: Int?
    var t: Double?
    var suppressedShareMax: Double
}

/// What it has reached, over the rows that stay.
package struct AnonymityReport: Sendable, Hashable {
    /// The smallest class of rows that quasi-identifiers cannot tell apart.
    package var k: Int
    /// The fewest different sensitive values in a class.
    package var l: Int?
    /// The largest distance of a class's sensitive values from those of all rows.
    package var t: Double?
    package var classes: Int
    package var rows: Int
    package var suppressed: Int
    /// Discernibility metric: each row costs the size of its class, each left out all rows.
    package var discernibility: Double
}
