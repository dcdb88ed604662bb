package import CityKernel

/// What every page says of the city that speaks: names and the doors of its menus.
package struct Site: Sendable {
    /// `人吉市`.
    package var cityName: LocalizedText
    /// `人吉市 防災`: stands in the header and after each title.
    package var serviceName: LocalizedText
    /// `https://bosai.example.jp`, without a slash at the end; for canonical addresses.
    package var baseURL: String?
    /// Whether the city lives on a recorded day: ages are then the server's word, since the reader's
    /// clock runs elsewhere.
    package var isReplay: Bool
    package var citizenMenu: [MenuItem]
    package var staffMenu: [MenuItem]
    /// Doors at the foot of every citizen page beside the menu.
    package var footMenu: [MenuItem]
    /// Where map tiles come from besides this server: `https://cyberjapandata.gsi.go.jp`.
    package var imageOrigins: [String] = []

    package init(
        cityName: LocalizedText, serviceName: LocalizedText, baseURL: String? = nil,
        isReplay: Bool = false, citizenMenu: [MenuItem] = [], staffMenu: [MenuItem] = [],
        footMenu: [MenuItem] = MenuItem.usualFoot
    ) {
        self.cityName = cityName
        self.serviceName = serviceName
        self.baseURL = baseURL
        self.isReplay = isReplay
        self.citizenMenu = citizenMenu
        self.staffMenu = staffMenu
        self.footMenu = footMenu
    }
}

/// One door in a menu.
package struct MenuItem: Sendable, Hashable {
    package var path: String
    package var words: LocalizedText
    /// Name of an icon in `Templates/icon`.
    package var icon: String

    package init(path: String, words: LocalizedText, icon: String) {
        self.path = path
        self.words = words
        self.icon = icon
    }
}

extension MenuItem {
    /// How the city's data flows, its open data, its promise of access, and whether it runs.
    package static let usualFoot = [
        MenuItem(
            path: "/transparency",
            words: LocalizedText("データの流れ", easy: "データの ながれ", en: "How data flows"),
            icon: "flow"),
        MenuItem(
            path: "/developers",
            words: LocalizedText("オープンデータ", easy: "オープンデータ", en: "Open data"),
            icon: "data"),
        MenuItem(
            path: "/accessibility",
            words: LocalizedText("アクセシビリティ", easy: "だれでも つかえるように", en: "Accessibility"),
            icon: "person"),
        MenuItem(
            path: "/health",
            words: LocalizedText("動いているか", easy: "うごいて いますか", en: "Service state"),
            icon: "check"),
    ]
}
