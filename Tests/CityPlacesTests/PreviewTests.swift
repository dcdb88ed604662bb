import CityKernel
import CityPlaces
import Foundation
import Testing

/// Leaves the maps where a person can look at them, in the folder that `CITY_TEST_RESULTS` names.
struct MapPicturePreview {
    @Test("地図は決めた大きさで描け、携帯では軽い", arguments: [(358, 360, 26_000), (1_120, 760, 60_000)])
    func sizes(width: Int, height: Int, bytesMax: Int) throws {
        for (name, frame) in [
            ("centre", Hitoyoshi.centre),
            ("city", try #require(try Hitoyoshi.layer("boundary-simplified.geojson").box)),
        ] {
            let picture = try Hitoyoshi.night(id: "m", frame: frame)
            let svg = picture.svg(width: width, height: height)
            #expect(svg.utf8.count < bytesMax)
            try keep(svg, "map-\(name)-\(width).svg")
        }
    }

    private func keep(_ svg: String, _ name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["CITY_TEST_RESULTS"] else { return }
        let url = URL(fileURLWithPath: folder).appending(path: name)
        try Data(svg.utf8).write(to: url)
    }
}
