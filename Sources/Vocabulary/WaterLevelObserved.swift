package import CityKernel

/// What a river gauge says now: 水位観測. One entity per gauge; the broker keeps its history.
///
/// Written by the edge (feeds, sensors) and by staff entering by hand. NGSI-LD type
/// `WaterLevelObserved`, attribute `waterLevel` in metres (`MTR`) above the gauge's zero.
package struct WaterLevelObserved: Noun, Hashable {
    package static let entityType = "WaterLevelObserved"

    package var id: EntityID
    /// `nil` when the gauge reports that it has no value (欠測).
    package var levelCentimetres: Int?
    package var observedAt: Timestamp
    package var quality: Quality
    /// Facts about the gauge, present when it was loaded from configuration.
    package var gauge: Gauge?

    package struct Gauge: Sendable, Hashable {
        package var name: LocalizedText
        package var river: LocalizedText
        package var location: GeoPoint?

        package init(name: LocalizedText, river: LocalizedText, location: GeoPoint?) {
            self.name = name
            self.river = river
            self.location = location
        }
    }

    package init(
        id: EntityID, levelCentimetres: Int?, observedAt: Timestamp,
        quality: Quality = .measured, gauge: Gauge? = nil
    ) {
        self.id = id
        self.levelCentimetres = levelCentimetres
        self.observedAt = observedAt
        self.quality = quality
        self.gauge = gauge
    }

    package init(_ entity: Entity) throws(NounError) {
        guard let attribute = entity["waterLevel"], let observedAt = attribute.observedAt else {
            throw NounError(entity.id, "waterLevel", "a value with observedAt is needed")
        }
        self.init(
            id: entity.id, levelCentimetres: Self.levelCentimetres(attribute),
            observedAt: observedAt, quality: Self.quality(attribute), gauge: Gauge(entity))
    }

    package var attributes: [NamedAttribute] {
        let level = levelCentimetres.map { JSONValue.number(Double($0) / 100) } ?? .null
        var attributes = [
            NamedAttribute(
                "waterLevel",
                Attribute(
                    .property, level, unitCode: "MTR", observedAt: observedAt,
                    subAttributes: [
                        NamedAttribute("quality", .property(.string(quality.rawValue)))
                    ]))
        ]
        if let gauge { attributes += gauge.attributes }
        return attributes
    }

    /// The level of one stored instance, for reading history; rounds to the centimetre. A number
    /// beyond every river stays beyond every plausible range, so that it is judged and not lost.
    package static func levelCentimetres(_ attribute: Attribute) -> Int? {
        let limit = 1e9
        return attribute.value.double.map { Int(min(max(($0 * 100).rounded(), -limit), limit)) }
    }

    package static func quality(_ attribute: Attribute) -> Quality {
        if attribute.value.isNull { return .missing }
        guard let said = attribute.sub("quality")?.value, !said.isNull else { return .measured }
        // A word that we do not know is no reason to believe.
        return said.string.flatMap(Quality.init) ?? .suspect
    }
}

extension WaterLevelObserved.Gauge {
    package init?(_ entity: Entity) {
        guard let name = entity["name"]?.localizedText else { return nil }
        self.name = name
        self.river = entity["river"]?.localizedText ?? LocalizedText("")
        if case .point(let point)? = entity["location"]?.geometry {
            self.location = point
        } else {
            self.location = nil
        }
    }

    package var attributes: [NamedAttribute] {
        var attributes = [
            NamedAttribute("name", .text(name)), NamedAttribute("river", .text(river)),
        ]
        if let location { attributes.append(NamedAttribute("location", .place(.point(location)))) }
        return attributes
    }
}
