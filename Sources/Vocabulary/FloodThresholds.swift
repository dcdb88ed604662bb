package import CityKernel

/// 基準水位: the dated thresholds of one gauge. Written by staff (or the city's configuration at the
/// first start); the broker's history keeps every earlier edition.
package struct FloodThresholds: Noun {
    package static let entityType = "FloodThresholds"

    /// `urn:ngsi-ld:FloodThresholds:<gauge>`.
    package var id: EntityID
    package var gaugeID: EntityID
    /// Present levels only: a threshold that is not public is absent, never invented.
    package var levels: [FloodStage.Level: Int]
    /// No reading for this long is 欠測.
    package var staleAfterMinutes: Int
    /// A level outside is not believed.
    package var plausibleCentimetres: ClosedRange<Int>
    /// A rise faster than this between two readings is not believed, per minute.
    package var riseCentimetresPerMinuteMax: Int
    package var validFrom: Timestamp
    package var validTo: Timestamp?
    package var source: String
    package var approvedBy: String

    package init(
        gaugeID: EntityID, levels: [FloodStage.Level: Int], staleAfterMinutes: Int = 30,
        plausibleCentimetres: ClosedRange<Int> = -500...2_000,
        riseCentimetresPerMinuteMax: Int = 30, validFrom: Timestamp, validTo: Timestamp? = nil,
        source: String, approvedBy: String
    ) {
        self.id = Self.id(of: gaugeID)
        self.gaugeID = gaugeID
        self.levels = levels
        self.staleAfterMinutes = staleAfterMinutes
        self.plausibleCentimetres = plausibleCentimetres
        self.riseCentimetresPerMinuteMax = riseCentimetresPerMinuteMax
        self.validFrom = validFrom
        self.validTo = validTo
        self.source = source
        self.approvedBy = approvedBy
    }

    package static func id(of gaugeID: EntityID) -> EntityID {
        EntityID(type: entityType, name: gaugeID.name)
    }

    package func isValid(at instant: Timestamp) -> Bool {
        validFrom <= instant && validTo.map { instant < $0 } ?? true
    }

    package init(_ entity: Entity) throws(NounError) {
        guard let gauge = EntityID(try entity.requireString("gauge")) else {
            throw NounError(entity.id, "gauge", "the URI of a gauge is needed")
        }
        guard let validFrom = Timestamp(iso8601: try entity.requireString("validFrom")) else {
            throw NounError(entity.id, "validFrom", "an ISO 8601 date and time is needed")
        }
        guard let stated = entity["levels"]?.value.object else {
            throw NounError(entity.id, "levels", "an object of centimetres is needed")
        }
        var levels: [FloodStage.Level: Int] = [:]
        for (key, value) in stated {
            guard let level = FloodStage.Level(rawValue: key), let centimetres = value.integer
            else {
                throw NounError(entity.id, "levels", "\(key) is not a stage in centimetres")
            }
            levels[level] = Int(centimetres)
        }
        let lowest = Int(try entity.requireInteger("plausibleMinimumCentimetres"))
        let highest = Int(try entity.requireInteger("plausibleMaximumCentimetres"))
        guard lowest < highest else {
            throw NounError(entity.id, "plausibleMaximumCentimetres", "it must exceed the minimum")
        }
        self.init(
            gaugeID: gauge, levels: levels,
            staleAfterMinutes: Int(try entity.requireInteger("staleAfterMinutes")),
            plausibleCentimetres: lowest...highest,
            riseCentimetresPerMinuteMax: Int(
                try entity.requireInteger("riseCentimetresPerMinuteMax")),
            validFrom: validFrom,
            validTo: entity["validTo"]?.value.string.flatMap { Timestamp(iso8601: $0) },
            source: try entity.requireString("source"),
            approvedBy: try entity.requireString("approvedBy"))
        self.id = entity.id
    }

    package var attributes: [NamedAttribute] {
        let stated = levels.sorted { $0.key < $1.key }
            .map { ($0.key.rawValue, JSONValue.integer(Int64($0.value))) }
        return [
            NamedAttribute("gauge", .relationship(gaugeID)),
            NamedAttribute("levels", Attribute(.jsonProperty, .object(JSONObject(stated)))),
            NamedAttribute("staleAfterMinutes", .property(.integer(Int64(staleAfterMinutes)))),
            NamedAttribute(
                "plausibleMinimumCentimetres",
                .property(.integer(Int64(plausibleCentimetres.lowerBound)))),
            NamedAttribute(
                "plausibleMaximumCentimetres",
                .property(.integer(Int64(plausibleCentimetres.upperBound)))),
            NamedAttribute(
                "riseCentimetresPerMinuteMax",
                .property(.integer(Int64(riseCentimetresPerMinuteMax)))),
            NamedAttribute("validFrom", .property(.string(validFrom.iso8601))),
            NamedAttribute("validTo", .property(validTo.map { .string($0.iso8601) } ?? .null)),
            NamedAttribute("source", .property(.string(source))),
            NamedAttribute("approvedBy", .property(.string(approvedBy))),
        ]
    }
}
