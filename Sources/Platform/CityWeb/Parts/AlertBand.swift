/// The five steps of 警戒レベル; `none` when the city has ordered nothing.
package enum AlertLevel: Int, Sendable, Hashable, CaseIterable {
    case none = 0
    case one, two, three, four, five

    /// Its outline with the digit: no two levels share one.
    var shape: String { "icon/level-\(rawValue)" }
}

/// The city's order for the reader: colour, shape and words of the national ladder, one sentence of
/// what to do now, and at most two actions. Never the river's stage, which is another ladder.
///
/// Part `part/alert`.
package struct AlertBand: Sendable, Hashable {
    /// A tired person chooses between two things, not five.
    package static let actionsMax = 2

    let level: Int
    let shape: String
    let levelWords: String
    let title: String
    let place: String?
    let issued: String?
    let doNow: String?
    let actions: [Action]
    let hasActions: Bool

    /// - Parameters:
    ///   - levelWords: 「警戒レベル4」.
    ///   - title: 「避難指示」.
    ///   - place: 「九日町・紺屋町 ほか」.
    ///   - issued: 「3:52 発令」.
    ///   - doNow: one sentence, the reviewed text of the city.
    package init(
        _ level: AlertLevel, levelWords: String, title: String, place: String? = nil,
        issued: String? = nil, doNow: String? = nil, actions: [Action] = []
    ) {
        precondition(actions.count <= Self.actionsMax, "an alert offers at most two actions")
        self.level = level.rawValue
        self.shape = level.shape
        self.levelWords = levelWords
        self.title = title
        self.place = place
        self.issued = issued
        self.doNow = doNow
        self.actions = actions
        self.hasActions = !actions.isEmpty
    }
}

/// A level inside a line or a table cell.
///
/// Part `part/level`.
package struct LevelTag: Sendable, Hashable {
    let level: Int
    let shape: String
    let words: String

    package init(_ level: AlertLevel, words: String) {
        self.level = level.rawValue
        self.shape = level.shape
        self.words = words
    }
}
