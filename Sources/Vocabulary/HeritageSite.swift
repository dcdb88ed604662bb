package import CityKernel

/// 文化財: a component of 日本遺産, shown on the map on calm days. Written by imports.
package struct HeritageSite: Noun, Hashable {
    package static let entityType = "HeritageSite"

    package var id: EntityID
    package var name: LocalizedText
    /// 国重文, 県史跡, …, as the register says it.
    package var designation: String
    /// 所在地.
    package var place: String
    /// `nil` when the register gives none.
    package var location: GeoPoint?

    package init(
        id: EntityID, name: LocalizedText, designation: String, place: String, location: GeoPoint?
    ) {
        self.id = id
        self.name = name
        self.designation = designation
        self.place = place
        self.location = location
    }

    package init(_ entity: Entity) throws(NounError) {
        var location: GeoPoint?
        if case .point(let point)? = entity["location"]?.geometry { location = point }
        self.init(
            id: entity.id, name: try entity.requireText("name"),
            designation: try entity.requireString("designation"),
            place: try entity.requireString("place"), location: location)
    }

    package var attributes: [NamedAttribute] {
        var attributes = [
            NamedAttribute("name", .text(name)),
            NamedAttribute("designation", .property(.string(designation))),
            NamedAttribute("place", .property(.string(place))),
        ]
        if let location { attributes.append(NamedAttribute("location", .place(.point(location)))) }
        return attributes
    }
}
