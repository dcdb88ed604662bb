import CityIdentity
import CityKernel
import CityWeb

/// What the page shows beside the lines.
struct AuditState {
    let signed: SignedCheckpoint?
    let witnessed: [(neighbour: NoteKey, seen: WitnessedLog?)]
    let log: AuditLog
    let names: [String: String]
    let now: Timestamp
}

/// The list of lines, and how far the log is signed and cosigned.
struct AuditModel: TitledModel {
    struct Party {
        let name: String
        let words: String
        let style: String
    }

    let title: String
    let actor: FormField
    let noun: FormField
    let clearPath: String?
    let table: Table?
    let empty: EmptyState?
    let next: String?
    let first: String?
    let signed: Notice
    let size: String
    let root: String
    let key: String
    let witnesses: [Party]
    let noWitness: EmptyState?
    let neighbours: [Party]
    let hasNeighbours: Bool

    init(
        _ lines: [AuditEntry], _ filter: AuditFilter, isFirstPage: Bool, _ state: AuditState,
        desk: StaffDesk
    ) {
        title = AuditPage.menuItem.words[desk.language]
        actor = FormField(
            "actor", label: desk.say("auditActor"), kind: .input(type: "text"),
            value: filter.actor ?? "", hint: desk.say("auditActorHint"), isRequired: false)
        noun = FormField(
            "noun", label: desk.say("auditNoun"), kind: .input(type: "text"),
            value: filter.noun ?? "", hint: desk.say("auditNounHint"), isRequired: false)
        clearPath = filter == AuditFilter() ? nil : desk.links.to(AuditPage.path)
        let shown = lines.prefix(Pager.rowsMax)
        table = shown.isEmpty ? nil : Self.table(shown, state, desk)
        empty = shown.isEmpty ? EmptyState(desk.say("auditNone"), icon: "list") : nil
        let query = [("actor", filter.actor), ("noun", filter.noun)]
            .compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }
        func address(_ more: String?) -> String {
            let parts = query + (more.map { [$0] } ?? [])
            return desk.links.to(
                AuditPage.path + (parts.isEmpty ? "" : "?" + parts.joined(separator: "&")))
        }
        next = lines.count > shown.count ? shown.last.map { address("before=\($0.number)") } : nil
        first = isFirstPage ? nil : address(nil)
        signed = Self.notice(state, desk)
        size = (state.signed?.checkpoint.size ?? 0).grouped
        root = state.signed?.checkpoint.root.lowercaseHexadecimal ?? "—"
        key = state.log.key.text
        witnesses = Self.witnesses(state, desk)
        noWitness =
            witnesses.isEmpty ? EmptyState(desk.say("auditNoWitness"), icon: "person") : nil
        neighbours = state.witnessed.map { neighbour, seen in
            Party(
                name: neighbour.name,
                words: seen.map {
                    "\($0.size.grouped) / "
                        + $0.cosignedAt.spokenAge(in: desk.language, at: state.now)
                } ?? desk.say("auditNotYet"),
                style: seen == nil ? "warn" : "good")
        }
        hasNeighbours = !neighbours.isEmpty
    }

    private static func table(
        _ lines: ArraySlice<AuditEntry>, _ state: AuditState, _ desk: StaffDesk
    ) -> Table {
        Table(
            caption: desk.say("auditLines"), hidesCaption: true,
            columns: [
                .init(desk.say("auditNumber"), isNumber: true), .init(desk.say("auditAt")),
                .init(desk.say("auditActor")), .init(desk.say("auditAction")),
                .init(desk.say("auditNoun")), .init(desk.say("auditDetail")),
            ],
            rows: lines.map { line in
                [
                    .init(
                        line.number.grouped, path: desk.links.to(AuditPage.path(of: line.number))),
                    .init(line.at.spoken(in: desk.language, at: state.now)),
                    .init(
                        AuditWords.actor(line.actor, state.names),
                        path: desk.links.to(
                            "\(AuditPage.path)?actor=\(line.actor.percentEncoded)")),
                    .init(line.action),
                    .init(
                        AuditWords.noun(line.noun),
                        path: desk.links.to(
                            "\(AuditPage.path)?noun=\(line.noun.percentEncoded)")),
                    .init(line.detail),
                ]
            }, hasRowHeads: false)
    }

    private static func notice(_ state: AuditState, _ desk: StaffDesk) -> Notice {
        guard let signed = state.signed else {
            return Notice(.warning, title: desk.say("auditUnsigned"))
        }
        guard signed.note.isSigned(by: state.log.key) else {
            return Notice(
                .bad, title: desk.say("auditOtherKey"), text: desk.say("auditOtherKeyRemedy"))
        }
        let age = signed.signedAt?.spokenAge(in: desk.language, at: state.now) ?? "—"
        return Notice(
            .good,
            title: desk.say("auditSigned").replacing("{n}", with: signed.checkpoint.size.grouped),
            text: age)
    }

    private static func witnesses(_ state: AuditState, _ desk: StaffDesk) -> [Party] {
        let keys = state.log.settings.witnesses.map(\.key)
        let times =
            state.signed?.cosigned(by: keys) ?? keys.map { (witness: $0, at: Timestamp?.none) }
        return times.map { witness, at in
            Party(
                name: witness.name,
                words: at?.spokenAge(in: desk.language, at: state.now) ?? desk.say("auditNotYet"),
                style: at == nil ? "warn" : "good")
        }
    }
}

/// One line with its proof.
struct AuditLineModel: TitledModel {
    let title: String
    let at: String
    let actor: String
    let actorID: String
    let action: String
    let noun: String
    let detail: String
    let verdict: Notice
    let canonical: String
    let leaf: String
    let path: [String]
    let hasProof: Bool
    let checkpoint: String

    init(
        _ line: AuditEntry, _ proof: AuditProof?, key: NoteKey, names: [String: String],
        now: Timestamp, desk: StaffDesk
    ) {
        title = desk.say("auditLine").replacing("{n}", with: line.number.grouped)
        at = line.at.spoken(in: desk.language, at: now)
        actor = AuditWords.actor(line.actor, names)
        actorID = line.actor
        action = line.action
        noun = line.noun
        detail = line.detail.isEmpty ? "—" : line.detail
        canonical = line.canonical
        leaf = line.leafHash.lowercaseHexadecimal
        path = proof?.path.map(\.lowercaseHexadecimal) ?? []
        hasProof = proof != nil
        checkpoint = proof?.signed.note.description ?? ""
        guard let proof else {
            verdict = Notice(title: desk.say("auditProofLater"))
            return
        }
        verdict =
            proof.holds(for: key)
            ? Notice(
                .good, title: desk.say("auditProofHolds"),
                text: desk.say("auditProofWords")
                    .replacing("{n}", with: proof.signed.checkpoint.size.grouped)
                    .replacing("{steps}", with: "\(proof.path.count)"))
            : Notice(
                .bad, title: desk.say("auditProofFails"),
                text: desk.say("auditProofFailsRemedy"))
    }
}

enum AuditWords {
    /// The name behind `staff:ID`, as long as there is such an account.
    static func actor(_ actor: String, _ names: [String: String]) -> String {
        let id = actor.hasPrefix("staff:") ? String(actor.dropFirst("staff:".count)) : actor
        return names[id] ?? actor
    }

    /// The part of an id that tells one thing from another.
    static func noun(_ noun: String) -> String {
        let prefix = "urn:ngsi-ld:"
        return noun.hasPrefix(prefix) ? String(noun.dropFirst(prefix.count)) : noun
    }
}
