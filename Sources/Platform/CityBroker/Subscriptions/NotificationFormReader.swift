import CityKernel

/// Reads what a notification shall look like.
struct NotificationFormReader {
    private let parts: SubscriptionReader
    private let notification: JSONObject

    init(_ parts: SubscriptionReader, _ notification: JSONObject) {
        self.parts = parts
        self.notification = notification
    }

    /// The largest `joinLevel`.
    static let joinLevelMax: Int64 = 10

    func form() throws(Problem) -> NotificationForm {
        let (context, source) = try wording()
        var form = NotificationForm(context: context, contextSource: source)
        form.attributes = parts.names(notification["attributes"])
        form.picked = parts.names(notification["pick"])
        form.omitted = parts.names(notification["omit"])
        form.datasetIDs = try datasetIDs()
        form.representation = try representation()
        form.showsChanges =
            try parts.flag(notification["showChanges"], at: "/notification/showChanges") ?? false
        form.join = try join()
        form.joinLevel = try joinLevel()
        form.media = try media()
        form.hasPlainBody = try EndpointReader.prefersPlainBody(notification["endpoint"])
        try refuseContradictions(form)
        return form
    }

    private func refuseContradictions(_ form: NotificationForm) throws(Problem) {
        let isProjected = !form.picked.isEmpty || !form.omitted.isEmpty
        if !form.attributes.isEmpty, isProjected {
            throw .badData(
                "attributes excludes pick and omit", at: "/notification/attributes",
                remedy: "Use pick and omit alone.")
        }
        if let both = form.picked.first(where: form.omitted.contains) {
            throw .badData("\(both) is picked and omitted", at: "/notification/omit")
        }
        if form.showsChanges, form.representation.format == .simplified {
            throw .badData(
                "the simplified format cannot show changes", at: "/notification/showChanges",
                remedy: "Use the format normalized or concise.")
        }
    }

    /// The context of the notifications and what they call it.
    private func wording() throws(Problem) -> (LDContext, JSONValue) {
        guard let json = parts.document["jsonldContext"] else {
            return (parts.context, parts.context.source ?? .string(CoreContext.url))
        }
        guard let url = json.string, EntityID.isURI(url) else {
            throw .badData("jsonldContext is the URL of a context", at: "/jsonldContext")
        }
        return (try parts.library.context(url: url), json)
    }

    private func datasetIDs() throws(Problem) -> [String] {
        guard let json = parts.document["datasetId"] else { return [] }
        var ids: [String] = []
        for item in json.array ?? [json] {
            guard let id = item.string, id == "@none" || EntityID.isURI(id) else {
                throw .badData("a datasetId is an absolute URI or @none", at: "/datasetId")
            }
            ids.append(id)
        }
        return ids
    }

    private func representation() throws(Problem) -> NGSILDRepresentation {
        let word = notification["format"] ?? "normalized"
        let name = word == "keyValues" ? "simplified" : word.string ?? ""
        guard let format = NGSILDRepresentation.Format(rawValue: name) else {
            throw .badData(
                "this is not a format", at: "/notification/format",
                remedy: "Use normalized, concise, keyValues or simplified.")
        }
        let hasTimes = try parts.flag(notification["sysAttrs"], at: "/notification/sysAttrs")
        return NGSILDRepresentation(
            format, hasSystemAttributes: hasTimes ?? false, languages: try languages())
    }

    private func languages() throws(Problem) -> [String] {
        guard let json = parts.document["lang"] else { return [] }
        guard let text = json.string else { throw .badData("lang is a text", at: "/lang") }
        return text.split(separator: ",").map { $0.prefix { $0 != ";" }.filter { $0 != " " } }
            .map { String($0) }
    }

    private func join() throws(Problem) -> NotificationForm.Join {
        guard let json = notification["join"] else { return .none }
        guard let join = json.string.flatMap(NotificationForm.Join.init) else {
            throw .badData(
                "this is not a join", at: "/notification/join",
                remedy: "Use flat, inline or @none.")
        }
        return join
    }

    private func joinLevel() throws(Problem) -> Int {
        guard let json = notification["joinLevel"] else { return 1 }
        guard let level = json.integer, (1...Self.joinLevelMax).contains(level) else {
            throw .badData(
                "joinLevel is a number from 1 to \(Self.joinLevelMax)",
                at: "/notification/joinLevel")
        }
        return Int(level)
    }

    private func media() throws(Problem) -> NotificationForm.Media {
        let accept = notification["endpoint"]?["accept"] ?? .string(Self.mediaUsual.rawValue)
        guard let media = accept.string.flatMap(NotificationForm.Media.init) else {
            let known = NotificationForm.Media.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badData("accept is one of \(known)", at: "/notification/endpoint/accept")
        }
        return media
    }

    private static let mediaUsual = NotificationForm.Media.json
}
