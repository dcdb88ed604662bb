package import CityKernel

/// 河川カメラ: the last good picture of one camera, and when it was taken. The picture itself lies
/// with the edge; `path` is where the web serves it.
package struct CameraStill: Noun, Hashable {
    package static let entityType = "CameraStill"

    package var id: EntityID
    package var name: LocalizedText
    package var location: GeoPoint?
    /// `nil` before the first good picture.
    package var path: String?
    package var takenAt: Timestamp?
    /// Older than this, the picture is not live and says so.
    package var staleAfterMinutes: Int
    /// Words about the last failed attempt; `nil` after a good one.
    package var lastFailure: String?

    package init(
        id: EntityID, name: LocalizedText, location: GeoPoint? = nil, path: String? = nil,
        takenAt: Timestamp? = nil, staleAfterMinutes: Int = 10, lastFailure: String? = nil
    ) {
        self.id = id
        self.name = name
        self.location = location
        self.path = path
        self.takenAt = takenAt
        self.staleAfterMinutes = staleAfterMinutes
        self.lastFailure = lastFailure
    }

    package init(_ entity: Entity) throws(NounError) {
        var location: GeoPoint?
        if case .point(let point)? = entity["location"]?.geometry { location = point }
        self.init(
            id: entity.id, name: try entity.requireText("name"), location: location,
            path: try entity.text("path"),
            takenAt: try entity.time("takenAt"),
            staleAfterMinutes: Int(try entity.requireInteger("staleAfterMinutes")),
            lastFailure: try entity.text("lastFailure"))
    }

    package var attributes: [NamedAttribute] {
        var attributes = [
            NamedAttribute("name", .text(name)),
            NamedAttribute("path", .property(path.map(JSONValue.string) ?? .null)),
            NamedAttribute("takenAt", .property(takenAt.map { .string($0.iso8601) } ?? .null)),
            NamedAttribute("staleAfterMinutes", .property(.integer(Int64(staleAfterMinutes)))),
            NamedAttribute("lastFailure", .property(lastFailure.map(JSONValue.string) ?? .null)),
        ]
        if let location { attributes.append(NamedAttribute("location", .place(.point(location)))) }
        return attributes
    }
}
