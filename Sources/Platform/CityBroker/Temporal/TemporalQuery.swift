package import CityKernel

/// Which part of the past (§4.11).
package struct TemporalQuery: Sendable, Hashable {
    /// Values of one attribute that one answer holds.
    package static let instancesMax = 1_000
    /// Values of one series that are looked at when the time of telling is asked about, which is not
    /// how history lies on the disk.
    package static let scannedMax = 20_000

    /// Which time of a value is meant.
    package enum Property: String, Sendable, Hashable {
        case observedAt, createdAt, modifiedAt
    }

    package var property: Property
    /// `nil` for all times.
    package var interval: ClosedRange<Timestamp>?
    /// Empty: every attribute.
    package var attributes: [String]
    /// The newest so many of each attribute.
    package var lastN: Int?

    package init(
        property: Property = .observedAt, interval: ClosedRange<Timestamp>? = nil,
        attributes: [String] = [], lastN: Int? = nil
    ) {
        self.property = property
        self.interval = interval
        self.attributes = attributes
        self.lastN = lastN
    }
}

/// An entity with the past of its attributes.
package struct TemporalEntity: Sendable, Hashable {
    package var entity: Entity
    package var series: [Series]
    /// Whether some series had more values than the answer holds.
    package var isPartial: Bool

    /// Values of one attribute, newest first, of all datasets.
    package struct Series: Sendable, Hashable {
        package var name: String
        package var instances: [Instance]
    }

    package struct Instance: Sendable, Hashable {
        package var id: String
        package var attribute: Attribute
    }
}
