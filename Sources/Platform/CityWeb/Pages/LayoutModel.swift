import CityKernel

/// What the layouts show around a page's body: plain values for the templates.
struct LayoutModel {
    struct Choice {
        let name: String
        let tag: String
        let path: String
        let isCurrent: Bool
    }

    struct Door {
        let path: String
        let words: String
        let isCurrent: Bool
    }

    let title: String
    let description: String
    let body: String
    let homePath: String
    let canonicalURL: String?
    let refreshSeconds: Int?
    let isDrill: Bool
    let staleWords: String?
    let notices: [String]
    let crumbs: [Door]
    let languages: [Choice]
    let menu: [Door]

    init(_ page: Page, site: Site, links: Links, texts: Texts) {
        let language = links.language
        isDrill = page.bands.contains(.drill)
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
        crumbs = page.crumbs.map {
            Door(path: links.to($0.path), words: $0.words, isCurrent: false)
        }
        languages = Language.allCases.map {
            Choice(
                name: $0.ownName, tag: $0.tag, path: links.inLanguage($0),
                isCurrent: $0 == language)
        }
        let items = page.audience == .citizen ? site.citizenMenu : site.staffMenu
        menu = items.map {
            Door(
                path: links.to($0.path), words: $0.words[language],
                isCurrent: $0.path == links.path)
        }
    }
}

extension [Page.Band] {
    fileprivate var firstStaleMinutes: Int? {
        for case .stale(let minutes) in self { return minutes }
        return nil
    }
}
