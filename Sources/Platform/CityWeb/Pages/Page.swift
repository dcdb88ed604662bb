package import HTTPTypes

/// A finished page without its frame: what the layout needs to know beside the body.
package struct Page: Sendable {
    /// Which frame stands around the body.
    package enum Audience: String, Sendable, CaseIterable {
        /// Header, main column, footer.
        case citizen
        /// Sidebar of duties and a wide main part.
        case staff
    }

    /// A notice over the whole page, in order of weight.
    package enum Band: Sendable, Hashable {
        /// 訓練: all four edges and the title say that nothing is real.
        case drill
        /// The page's live values are old; says since when.
        case stale(minutes: Int)
        case notice(String)
    }

    /// What a page needs beside the common style and script.
    package enum Asset: String, Sendable, CaseIterable {
        /// Leaflet, from where the operating system installed it; absent, the picture stays.
        case map
        /// Chart.js, the same way.
        case chart
        /// The button "where I am" of a form that takes a place.
        case near
        /// The look of code in the developer portal.
        case reference
        /// The try-out of the developer portal.
        case tryOut

        /// Our own script for it.
        var script: String? {
            switch self {
            case .map: "map.js"
            case .near: "near.js"
            case .tryOut: "tryout.js"
            case .chart, .reference: nil
            }
        }

        /// Our own style for it, on top of the common one.
        var style: String? { self == .reference ? "reference.css" : nil }
    }

    package struct Crumb: Sendable, Hashable {
        package var words: String
        package var path: String

        package init(_ words: String, path: String) {
            self.words = words
            self.path = path
        }
    }

    package var title: String
    /// One sentence for search engines and previews; empty when there is none.
    package var description: String
    /// HTML, already escaped: the result of `PageRenderer.render`.
    package var body: String
    package var audience: Audience
    package var status: HTTPResponse.Status
    /// The page's own address, without language.
    package var canonicalPath: String?
    /// Reload after so many seconds where there is no script; the script removes it.
    package var refreshSeconds: Int?
    package var bands: [Band]
    package var assets: Set<Asset>
    /// The way back, outermost first, without the page itself.
    package var crumbs: [Crumb]
    /// Shown in the staff's header, with the way out.
    package var staff: SignedInStaff?

    package init(
        title: String, description: String = "", body: String, audience: Audience = .citizen,
        status: HTTPResponse.Status = .ok, canonicalPath: String? = nil,
        refreshSeconds: Int? = nil, bands: [Band] = [], assets: Set<Asset> = [],
        crumbs: [Crumb] = [], staff: SignedInStaff? = nil
    ) {
        self.title = title
        self.description = description
        self.body = body
        self.audience = audience
        self.status = status
        self.canonicalPath = canonicalPath
        self.refreshSeconds = refreshSeconds
        self.bands = bands
        self.assets = assets
        self.crumbs = crumbs
        self.staff = staff
    }
}
