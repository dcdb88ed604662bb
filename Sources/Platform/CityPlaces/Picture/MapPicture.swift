package import CityKernel

/// A map as a picture: SVG made on the server, whole without scripts, that follows the page's light
/// and dark. The page prints the same places as a list beneath; what finds no room here is there.
///
/// Plan: 防災 ポータル地図、統合型GIS
package struct MapPicture: Sendable, Hashable {
    /// More marks than this are left to the list and the interactive map.
    package static let symbolsMax = 400
    /// So many symbols are looked at; those close together become one mark.
    package static let joinedMax = 2_000
    package static let widths = 320...1_200

    /// Unique on its page; begins the ids inside the picture.
    package var id: String
    package var title: String
    /// What the map shows, in one or two sentences: the words of who does not see it.
    package var summary: String
    package var words: MapWords
    /// What the picture shows at least.
    package var frame: GeoBox
    package var boundary = MapLayer()
    package var neighbours = MapLayer()
    /// Rivers as lines or areas, where the city has them.
    package var water = MapLayer()
    package var towns: [Town] = []
    package var symbols: [MapSymbol] = []
    /// Where a mark for several places leads: the list beneath.
    package var listLink: String?
    package var attribution = "国土数値情報 N03 ほか"
    package var showsLegend = true
    /// A second class of the picture, where a page has one for wide and one for narrow screens.
    package var style: String?

    package init(
        id: String, title: String, summary: String, frame: GeoBox,
        words: MapWords = .japanese
    ) {
        self.id = id
        self.title = title
        self.summary = summary
        self.frame = frame
        self.words = words
    }

    /// - Parameters:
    ///   - width: pixels at which the text has its size; held within `widths`.
    ///   - height: pixels of the map; the legend comes beneath.
    package func svg(width: Int, height: Int) -> String {
        let width = min(max(width, Self.widths.lowerBound), Self.widths.upperBound)
        var drawing = MapDrawing(self, width: Double(width), height: Double(max(height, 200)))
        return drawing.draw()
    }
}

// MARK: - Frames

extension GeoBox {
    /// A box around `points` with `metres` of room on every side; `nil` without points.
    package init?(around points: [GeoPoint], roomMetres metres: Double) {
        guard let tight = GeoBox(around: points) else { return nil }
        let cover = AzimuthalProjection(
            centre: GeoPoint(
                latitude: (tight.south + tight.north) / 2,
                longitude: (tight.west + tight.east) / 2))
        let unit = cover.project(
            GeoPoint(
                latitude: (tight.south + tight.north) / 2,
                longitude: (tight.west + tight.east) / 2 + 0.01)
        ).x
        let (up, side) = (metres / 111_195, metres / unit * 0.01)
        self.init(
            south: tight.south - up, west: tight.west - side, north: tight.north + up,
            east: tight.east + side)
    }
}
