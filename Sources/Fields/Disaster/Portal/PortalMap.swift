import CityKernel
import CityPlaces
import CityPlatform
import CityWeb
import Hummingbird
import NIOCore
import Synchronization

/// `/map/picture.svg`: the middle of the city as one light picture. The front page shows it as an
/// image that loads when the reader comes near, so that the first load stays within ten packets.
final class PortalMap: Sendable {
    static let path = "/map/picture.svg"
    static let width = 400
    static let height = 320
    /// A picture may be this old; the page's own words are not.
    static let ageMax = Duration.seconds(10)

    private let city: City
    private let map: CityMap
    private let pictures = Mutex<[Language: (madeAt: Timestamp, svg: ByteBuffer)]>([:])

    init(city: City, map: CityMap) {
        self.city = city
        self.map = map
    }

    func addRoutes(to router: CityRouter) {
        router.get("map/picture.svg") { [self] request, context in
            Response.image(svg: try await picture(context.links), secondsMax: 30, for: request)
        }
    }

    private func picture(_ links: Links) async throws -> ByteBuffer {
        let now = city.clock.now
        let kept = pictures.withLock { $0[links.language] }
        if let kept, now.since(kept.madeAt) < Self.ageMax { return kept.svg }
        let state = try await DisasterState.load(city)
        var picture = map.picture(state, links: links, texts: city.pages.texts, extent: .image)
        picture.showsLegend = false
        let drawn = picture.svg(width: Self.width, height: Self.height)
        let svg = ByteBuffer(
            string: drawn.replacing(">", with: ">" + Self.darkStyle, maxReplacements: 1))
        pictures.withLock { $0[links.language] = (now, svg) }
        return svg
    }

    /// An image does not inherit the page's colours: its own for dark screens, the same as `city.css`.
    private static let darkStyle = """
        <style>@media (prefers-color-scheme: dark) { :root { --page: #13151d; --text: #f2f2f2; \
        --fog: #1d202b; --quiet: #b3b3b3; --edge: #999; --link: #9db7f9; --line: #4d4d4d } }</style>
        """

    /// The image for a page; `nil` in a city without shelters.
    static func image(_ state: DisasterState, _ links: Links, texts: Texts) -> Picture? {
        guard !state.shelters.isEmpty else { return nil }
        let words = texts["mapSmall"][links.language]
        return Picture(
            .map, caption: words,
            svg: """
                <a href="\(HTML.escape(links.to(DisasterPaths.map)))"><img \
                src="\(HTML.escape(links.to(path)))" width="\(width)" height="\(height)" \
                loading="lazy" alt="\(HTML.escape(texts["mapTitle"][links.language]))"></a>
                """)
    }
}
