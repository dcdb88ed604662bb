/// The words of a map in one language.
package struct MapWords: Sendable, Hashable {
    package var boundary: String
    package var neighbours: String
    package var water: String
    package var towns: String
    package var here: String
    package var shelterOpen: String
    package var shelterFull: String
    package var shelterClosed: String
    package var gauge: String
    package var gaugeMissing: String
    package var bridge: String
    package var camera: String
    package var place: String
    /// `{n}` is the number of places that one mark stands for.
    package var several: String
    package var level: String
    package var full: String
    package var missing: String
    package var north: String

    package static let japanese = MapWords(
        boundary: "市の境", neighbours: "となりの町村", water: "川", towns: "町の名", here: "現在地",
        shelterOpen: "開いている避難所", shelterFull: "満員の避難所", shelterClosed: "開いていない避難所",
        gauge: "水位観測所", gaugeMissing: "欠測", bridge: "橋のあかり", camera: "カメラ",
        place: "場所",
        several: "{n}か所", level: "レベル", full: "満", missing: "欠", north: "北")

    package static let easyJapanese = MapWords(
        boundary: "まちの さかい", neighbours: "となりの まち", water: "かわ", towns: "まちの なまえ",
        here: "いま いる ところ", shelterOpen: "あいている ひなんじょ",
        shelterFull: "いっぱいの ひなんじょ", shelterClosed: "あいていない ひなんじょ",
        gauge: "みずの たかさを はかる ところ", gaugeMissing: "わかりません", bridge: "はしの あかり",
        camera: "カメラ", place: "ばしょ", several: "{n}か所", level: "レベル", full: "満", missing: "欠",
        north: "北")

    package static let english = MapWords(
        boundary: "City limits", neighbours: "Neighbours", water: "River", towns: "Towns",
        here: "You are here", shelterOpen: "Open shelter", shelterFull: "Full shelter",
        shelterClosed: "Shelter, closed", gauge: "River gauge", gaugeMissing: "No reading",
        bridge: "Bridge lights", camera: "Camera", place: "Place", several: "{n} places",
        level: "Level ",
        full: "F", missing: "–", north: "N")
}

extension MapWords {
    /// What a mark says beside its name.
    func state(_ kind: MapSymbol.Kind) -> String {
        switch kind {
        case .here: here
        case .gauge(let level):
            switch level {
            case .some(1...): "\(gauge) \(self.level)\(level ?? 0)"
            case .some: gauge
            case nil: "\(gauge) \(gaugeMissing)"
            }
        case .gaugeCalm: gauge
        case .bridge: bridge
        case .camera: camera
        case .shelter(.open): shelterOpen
        case .shelter(.full): shelterFull
        case .shelter(.closed): shelterClosed
        case .place: place
        }
    }

    func name(_ group: MapSymbol.Group) -> String {
        switch group {
        case .here: here
        case .gauges: gauge
        case .bridges: bridge
        case .cameras: camera
        case .shelters: shelterOpen
        case .places: place
        }
    }

    func several(_ count: Int) -> String { several.replacing("{n}", with: "\(count)") }
}
