import CityKernel

/// What the layouts show around a page's body: plain values for the templates.
struct LayoutModel {
    struct Choice {
        let name: String
        let tag: String
        let path: String
    }

    struct Door {
        let path: String
        let words: String
        let icon: String
        /// What `aria-current` says: `page` on the page itself, `true` on those beneath it.
        let current: String?
    }

    /// When the page was made, for the band of a page that has lost its network.
    let served: String
    let title: String
    let description: String
    let body: String
    let homePath: String
    let canonicalURL: String?
    let refreshSeconds: Int?
    let isDrill: Bool
    let isReplay: Bool
    let staleWords: String?
    let notices: [String]
    let crumbs: [Page.Crumb]
    let hasCrumbs: Bool
    /// The other languages: the reader sees which one the page is in.
    let languages: [Choice]
    let menu: [Door]
    let hasMenu: Bool
    let footMenu: [Door]
    let isCitizen: Bool
    let staff: SignedInStaff?
    let style: String
    let stylePath: String
    let staffStylePath: String
    let iconPath: String
    let styles: [String]
    let scripts: [String]

    init(
        _ page: Page, site: Site, links: Links, texts: Texts, assets: Assets,
        libraries: VendorFiles, now: Timestamp
    ) {
        served = now.iso8601
        let language = links.language
        isDrill = page.bands.contains(.drill)
        isReplay = site.isReplay
        let drill = isDrill ? "【\(texts["drill"][language])】" : ""
        title = drill + page.title
        description = page.description
        body = page.body
        homePath = links.to("/")
        canonicalURL = page.canonicalPath.map { (site.baseURL ?? "") + $0 }
        refreshSeconds = page.refreshSeconds
        staleWords = page.bands.firstStaleMinutes.map {
            texts["staleBand"][language].replacing("{minutes}", with: String($0))
        }
        notices = page.bands.compactMap { if case .notice(let words) = $0 { words } else { nil } }
        crumbs = page.crumbs.map { Page.Crumb($0.words, path: links.to($0.path)) }
        hasCrumbs = !crumbs.isEmpty
        languages = Language.allCases.filter { $0 != language }.map {
            Choice(name: $0.ownName, tag: $0.tag, path: links.inLanguage($0))
        }
        isCitizen = page.audience == .citizen
        menu = (isCitizen ? site.citizenMenu : site.staffMenu).map { $0.door(links) }
        // Who has not signed in sees no doors that would not open.
        hasMenu = !menu.isEmpty && (isCitizen || page.staff != nil)
        footMenu = site.footMenu.map { $0.door(links) }
        staff = page.staff
        style = assets.style
        stylePath = assets.path("city.css")
        staffStylePath = assets.path("staff.css")
        iconPath = assets.path("icon.svg")
        let wanted = page.assets.map { libraries.paths(for: $0) }
        styles = wanted.flatMap(\.styles) + page.assets.compactMap(\.style).map(assets.path)
        let own = page.assets.compactMap(\.script).sorted() + ["city.js"]
        scripts = wanted.flatMap(\.scripts) + own.map(assets.path)
    }
}

extension MenuItem {
    fileprivate func door(_ links: Links) -> LayoutModel.Door {
        LayoutModel.Door(
            path: links.to(path), words: words[links.language], icon: "icon/" + icon,
            current: current(on: links.path))
    }

    /// The roots of the two parts of the site are above everything and so stand for themselves only.
    private func current(on page: String) -> String? {
        if path == page { return "page" }
        return path != "/" && path != "/staff" && page.hasPrefix(path + "/") ? "true" : nil
    }
}

extension [Page.Band] {
    fileprivate var firstStaleMinutes: Int? {
        for case .stale(let minutes) in self { return minutes }
        return nil
    }
}
