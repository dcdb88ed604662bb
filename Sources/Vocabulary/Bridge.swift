package import CityKernel

/// 橋: a bridge with lamps, the gauge it listens to and the scheme chosen for it. Written from the
/// city's settings at the first start and by staff; the lamps themselves are the edge's business.
package struct Bridge: Noun, Hashable {
    package static let entityType = "Bridge"

    /// `urn:ngsi-ld:Bridge:<city>:<bridge>`; its `LampCommand` has the same name.
    package var id: EntityID
    package var name: LocalizedText
    package var gaugeID: EntityID
    /// `BridgeScheme.schemeID`.
    package var schemeID: String
    /// Where it stands; `nil` when no register says so. It is never guessed.
    package var location: GeoPoint?
    /// Where dusk is computed for: the bridge itself, or the city's centre.
    package var duskPlace: GeoPoint

    package init(
        id: EntityID, name: LocalizedText, gaugeID: EntityID, schemeID: String,
        location: GeoPoint? = nil, duskPlace: GeoPoint
    ) {
        self.id = id
        self.name = name
        self.gaugeID = gaugeID
        self.schemeID = schemeID
        self.location = location
        self.duskPlace = duskPlace
    }

    package init(_ entity: Entity) throws(NounError) {
        guard let gauge = EntityID(try entity.requireString("gauge")) else {
            throw NounError(entity.id, "gauge", "the URI of a gauge is needed")
        }
        self.init(
            id: entity.id, name: try entity.requireText("name"), gaugeID: gauge,
            schemeID: try entity.requireString("scheme"),
            location: entity["location"] == nil ? nil : try entity.requirePoint(),
            duskPlace: try entity.requirePoint("duskPlace"))
    }

    package var attributes: [NamedAttribute] {
        [
            NamedAttribute("name", .text(name)),
            NamedAttribute("gauge", .relationship(gaugeID)),
            NamedAttribute("scheme", .property(.string(schemeID))),
            NamedAttribute("duskPlace", .place(.point(duskPlace))),
        ] + (location.map { [NamedAttribute("location", .place(.point($0)))] } ?? [])
    }

    /// The id of what this bridge's lamps shall show.
    package var lampID: EntityID { EntityID(type: LampCommand.entityType, name: id.name) }
}
