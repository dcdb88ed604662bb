package import CityKernel

/// 町: a named part of the city with a point that stands for it. Written by imports.
package struct Town: Noun, Hashable {
    package static let entityType = "Town"

    package var id: EntityID
    package var name: String
    /// 小字, when the row is about one.
    package var subdivision: String?
    package var location: GeoPoint

    package init(id: EntityID, name: String, subdivision: String? = nil, location: GeoPoint) {
        self.id = id
        self.name = name
        self.subdivision = subdivision
        self.location = location
    }

    package init(_ entity: Entity) throws(NounError) {
        self.init(
            id: entity.id, name: try entity.requireString("name"),
            subdivision: entity["subdivision"]?.value.string,
            location: try entity.requirePoint())
    }

    package var attributes: [NamedAttribute] {
        var attributes = [
            NamedAttribute("name", .property(.string(name))),
            NamedAttribute("location", .place(.point(location))),
        ]
        if let subdivision {
            attributes.append(NamedAttribute("subdivision", .property(.string(subdivision))))
        }
        return attributes
    }
}
