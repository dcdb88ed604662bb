package import CityKernel

/// 基準水位: the dated thresholds of one gauge, and how its readings are judged. Written by staff, or
/// by the city's configuration at the first start; the broker's history keeps every earlier state.
package struct FloodThresholds: Noun, Hashable {
    package static let entityType = "FloodThresholds"

    /// The levels in force during one period, with their source.
    package struct Edition: Sendable, Hashable {
        /// Present levels only: a threshold that is not public is absent, never invented.
        package var levels: [FloodStage.Level: Int]
        package var validFrom: Timestamp
        /// First instant at which it no longer holds; `nil` until further notice.
        package var validTo: Timestamp?
        package var source: String
        package var approvedBy: String

        package init(
            levels: [FloodStage.Level: Int], validFrom: Timestamp, validTo: Timestamp? = nil,
            source: String, approvedBy: String
        ) {
            self.levels = levels
            self.validFrom = validFrom
            self.validTo = validTo
            self.source = source
            self.approvedBy = approvedBy
        }

        package func isValid(at instant: Timestamp) -> Bool {
            validFrom <= instant && validTo.map { instant < $0 } ?? true
        }
    }

    /// `urn:ngsi-ld:FloodThresholds:<gauge>`.
    package var id: EntityID
    package var gaugeID: EntityID
    /// In order of `validFrom`; periods do not overlap.
    package var editions: [Edition]
    /// A reading older than this is shown as old; near danger the silence is 欠測・危険 from here on.
    package var staleAfterMinutes: Int
    /// No reading for this long is 欠測, wherever the water stood.
    package var missingAfterMinutes: Int
    /// A reading further ahead of the clock is not believed.
    package var futureToleranceMinutes: Int
    /// This close below the lowest threshold from 氾濫注意 up, silence is feared.
    package var nearDangerCentimetres: Int
    /// A level outside is not believed.
    package var plausibleCentimetres: ClosedRange<Int>
    /// A change faster than this between two readings is not believed at once, per minute.
    package var riseCentimetresPerMinuteMax: Int

    package init(
        gaugeID: EntityID, editions: [Edition], staleAfterMinutes: Int = 30,
        missingAfterMinutes: Int = 60, futureToleranceMinutes: Int = 5,
        nearDangerCentimetres: Int = 50, plausibleCentimetres: ClosedRange<Int> = -500...2_000,
        riseCentimetresPerMinuteMax: Int = 30
    ) {
        self.id = Self.id(of: gaugeID)
        self.gaugeID = gaugeID
        self.editions = editions.sorted { $0.validFrom < $1.validFrom }
        self.staleAfterMinutes = staleAfterMinutes
        self.missingAfterMinutes = missingAfterMinutes
        self.futureToleranceMinutes = futureToleranceMinutes
        self.nearDangerCentimetres = nearDangerCentimetres
        self.plausibleCentimetres = plausibleCentimetres
        self.riseCentimetresPerMinuteMax = riseCentimetresPerMinuteMax
    }

    package static func id(of gaugeID: EntityID) -> EntityID {
        EntityID(type: entityType, name: gaugeID.name)
    }

    /// The edition in force; `nil` between periods and before the first.
    package func edition(at instant: Timestamp) -> Edition? {
        editions.last { $0.isValid(at: instant) }
    }
}

// MARK: - As an entity

extension FloodThresholds {
    package init(_ entity: Entity) throws(NounError) {
        guard let stated = entity["editions"]?.value.array else {
            throw NounError(entity.id, "editions", "a list of dated levels is needed")
        }
        var editions: [Edition] = []
        for value in stated { editions.append(try Edition(value, of: entity.id)) }
        let lowest = Int(try entity.requireInteger("plausibleMinimumCentimetres"))
        let highest = Int(try entity.requireInteger("plausibleMaximumCentimetres"))
        guard lowest < highest else {
            throw NounError(entity.id, "plausibleMaximumCentimetres", "it must exceed the minimum")
        }
        self.init(
            gaugeID: try entity.requireID("gauge"), editions: editions,
            staleAfterMinutes: Int(try entity.requireInteger("staleAfterMinutes")),
            missingAfterMinutes: Int(try entity.requireInteger("missingAfterMinutes")),
            futureToleranceMinutes: Int(try entity.requireInteger("futureToleranceMinutes")),
            nearDangerCentimetres: Int(try entity.requireInteger("nearDangerCentimetres")),
            plausibleCentimetres: lowest...highest,
            riseCentimetresPerMinuteMax: Int(
                try entity.requireInteger("riseCentimetresPerMinuteMax")))
        self.id = entity.id
    }

    package var attributes: [NamedAttribute] {
        func integer(_ value: Int) -> Attribute { .property(.integer(Int64(value))) }
        return [
            NamedAttribute("gauge", .relationship(gaugeID)),
            NamedAttribute("editions", Attribute(.jsonProperty, .array(editions.map(\.json)))),
            NamedAttribute("staleAfterMinutes", integer(staleAfterMinutes)),
            NamedAttribute("missingAfterMinutes", integer(missingAfterMinutes)),
            NamedAttribute("futureToleranceMinutes", integer(futureToleranceMinutes)),
            NamedAttribute("nearDangerCentimetres", integer(nearDangerCentimetres)),
            NamedAttribute("plausibleMinimumCentimetres", integer(plausibleCentimetres.lowerBound)),
            NamedAttribute("plausibleMaximumCentimetres", integer(plausibleCentimetres.upperBound)),
            NamedAttribute("riseCentimetresPerMinuteMax", integer(riseCentimetresPerMinuteMax)),
        ]
    }
}

extension FloodThresholds.Edition {
    fileprivate init(_ value: JSONValue, of id: EntityID) throws(NounError) {
        guard let validFrom = value["validFrom"]?.string.flatMap({ Timestamp(iso8601: $0) }),
            let stated = value["levelsCentimetres"]?.object,
            let source = value["source"]?.string, let approvedBy = value["approvedBy"]?.string
        else {
            throw NounError(
                id, "editions", "validFrom, levelsCentimetres, source and approvedBy are needed")
        }
        // An end that cannot be read must not become "until further notice".
        var validTo: Timestamp?
        if let end = value["validTo"], !end.isNull {
            guard let time = end.string.flatMap({ Timestamp(iso8601: $0) }) else {
                throw NounError(id, "editions", "validTo must be a date and time, or null")
            }
            validTo = time
        }
        var levels: [FloodStage.Level: Int] = [:]
        for (key, value) in stated {
            guard let level = FloodStage.Level(rawValue: key), let centimetres = value.integer
            else {
                throw NounError(id, "editions", "\(key) is not a stage in centimetres")
            }
            levels[level] = Int(centimetres)
        }
        self.init(
            levels: levels, validFrom: validFrom, validTo: validTo, source: source,
            approvedBy: approvedBy)
    }

    package var json: JSONValue {
        let stated = levels.sorted { $0.key < $1.key }
            .map { ($0.key.rawValue, JSONValue.integer(Int64($0.value))) }
        return .object(
            JSONObject([
                ("validFrom", .string(validFrom.iso8601)),
                ("validTo", validTo.map { .string($0.iso8601) } ?? .null),
                ("levelsCentimetres", .object(JSONObject(stated))),
                ("source", .string(source)), ("approvedBy", .string(approvedBy)),
            ]))
    }
}
