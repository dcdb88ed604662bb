/// Something that happened, said with what was kept and what to do.
///
/// Part `part/notice`.
package struct Notice: Sendable, Hashable {
    package enum Weight: Sendable, Hashable { case plain, good, warning, bad }

    let style: String
    let icon: String
    let title: String
    let text: String?
    let places: [String]
    let hasPlaces: Bool
    let action: RowLink?
    let isUrgent: Bool

    /// - Parameter places: what exactly is wrong, one line each.
    package init(
        _ weight: Weight = .plain, title: String, text: String? = nil, places: [String] = [],
        action: RowLink? = nil
    ) {
        (style, icon) =
            switch weight {
            case .plain: ("", "icon/info")
            case .good: ("good", "icon/check")
            case .warning: ("warn", "icon/warning")
            case .bad: ("bad", "icon/stop")
            }
        self.title = title
        self.text = text
        self.places = places
        self.hasPlaces = !places.isEmpty
        self.action = action
        self.isUrgent = weight == .bad
    }
}

/// What stands where a list would, when there is nothing: said, not left blank.
///
/// Part `part/empty`.
package struct EmptyState: Sendable, Hashable {
    let icon: String
    let title: String
    let text: String?
    let action: Action?

    package init(_ title: String, text: String? = nil, icon: String, action: Action? = nil) {
        self.icon = "icon/" + icon
        self.title = title
        self.text = text
        self.action = action
    }
}

/// A part of a whole as words and a bar: crowding of a shelter, progress of a task.
///
/// Part `part/share`.
package struct Share: Sendable, Hashable {
    let label: String
    let words: String
    let percent: Int

    /// - Parameters:
    ///   - words: says the same as the bar: 「120人中 84人」.
    ///   - percent: held between 0 and 100.
    package init(_ label: String, words: String, percent: Int) {
        self.label = label
        self.words = words
        self.percent = min(max(percent, 0), 100)
    }
}
