import CityIdentity
import CityKernel
import CityPlatform
import CityWeb
import Hummingbird

/// `/staff/imports/drafts/{id}`: a table and the mapping of its columns, with what would become of
/// its rows, until somebody says: import it.
struct DraftPage: Sendable {
    static let rowsShown = 8
    static let faultsShown = 20

    let city: City
    let desk: ImportDesk
    let imports: ImportsPage

    func addRoutes(to router: CityRouter) {
        router.get("staff/imports/drafts/:draft") { request, context in
            try context.requireStaff(.importTables)
            let draft = try await desk.draft(try context.parameters.require("draft"))
            let query = request.uri.queryParameters
            let from = query["from"].map(String.init) ?? "auto"
            let kept = try await keptMapping(from)
            let place = place(
                headerLine: query["headerLine"].map(String.init),
                sheet: query["sheet"].map(String.init), path: query["path"].map(String.init),
                kept: kept?.table)
            let opened: (table: SourceTable, form: MappingForm)
            do throws(ImportRefusal) {
                var table = try SourceTable(draft.bytes, at: place)
                let mapping = try first(kept, from, table, draft, place)
                // A layout may say where in the file its rows are.
                if mapping.table != place {
                    table = try SourceTable(draft.bytes, at: mapping.table)
                }
                opened = (table, MappingForm(showing: mapping, over: table))
            } catch {
                return try await refuse(error, draft, from, place, request, context)
            }
            return try await show(opened.form, opened.table, draft, from, request, context)
        }
        router.post("staff/imports/drafts/:draft") { request, context in
            let session = try context.requireStaff(.importTables)
            let draft = try await desk.draft(try context.parameters.require("draft"))
            return try await change(draft, session, request, context)
        }
    }

    private func keptMapping(_ from: String) async throws -> ImportMapping? {
        guard from.hasPrefix("mapping:") else { return nil }
        return try await desk.mapping(String(from.dropFirst("mapping:".count))).value
    }

    private func place(
        headerLine: String?, sheet: String?, path: String?, kept: TablePlace?
    ) -> TablePlace {
        var place = kept ?? TablePlace()
        if let line = headerLine.flatMap({ Int($0) }), (1...100).contains(line) {
            place.headerLine = line
        }
        if let sheet, !sheet.isEmpty { place.sheet = sheet }
        if let path { place.recordsPath = path }
        return place
    }

    /// The mapping that the form opens with.
    private func first(
        _ kept: ImportMapping?, _ from: String, _ table: SourceTable, _ draft: ImportDraft,
        _ place: TablePlace
    ) throws(ImportRefusal) -> ImportMapping {
        if var kept {
            kept.table = place
            return kept
        }
        let layout =
            from.hasPrefix("layout:")
            ? Layout.all.first { "layout:\($0.id)" == from } : Layout.best(for: table)
        do throws(Problem) {
            guard let layout else {
                return try ImportMapping.guess(
                    of: table, id: Self.id(draft.fileName),
                    name: draft.fileName.isEmpty ? "表" : draft.fileName, place: place)
            }
            return try layout.mapping(
                of: table, id: layout.id, name: layout.name.japanese, place: place)
        } catch {
            throw ImportRefusal(telling: error)
        }
    }

    /// A plain id from a file's name.
    private static func id(_ fileName: String) -> String {
        let stem = fileName.split(separator: ".").first.map(String.init) ?? ""
        let plain = stem.lowercased().filter { $0.isASCII && PlainName.isPlain(String($0)) }
        return plain.isEmpty ? "table" : String(plain.prefix(40))
    }

    // MARK: - Changing

    private func change(
        _ draft: ImportDraft, _ session: StaffSession, _ request: Request,
        _ context: CityRequestContext
    ) async throws -> Response {
        let posted = try await request.readForm()
        let place = place(
            headerLine: posted["headerLine"], sheet: posted["sheet"], path: posted["path"],
            kept: nil)
        let from = posted["from"]
        if posted["action"] == "reread" {
            let again =
                "\(EdgePaths.draft(draft.id, mapping: from.percentEncodedForQuery))"
                + "&headerLine=\(place.headerLine)"
                + "&sheet=\((place.sheet ?? "").percentEncodedForQuery)"
                + "&path=\(place.recordsPath.percentEncodedForQuery)"
            return .afterChange(context.links.to(again))
        }
        let table: SourceTable
        do throws(ImportRefusal) {
            table = try SourceTable(draft.bytes, at: place)
        } catch {
            return try await refuse(error, draft, from, place, request, context)
        }
        let form = MappingForm(reading: posted, over: table, place: place)
        guard let mapping = form.mapping, posted["action"] == "run" else {
            return try await show(form, table, draft, from, request, context)
        }
        let edition: Int
        do {
            edition = try await desk.keep(
                mapping, by: session.staff.id, validFrom: form.validFromTime)
        } catch let problem as Problem {
            return try await show(form, table, draft, from, request, context, refusal: problem)
        }
        let now = city.clock.now
        // What holds later changes nothing today.
        if let later = form.validFromTime, later > now {
            return .afterChange(context.links.to(EdgePaths.imports))
        }
        let run = try await desk.run(
            draft.bytes,
            Edition(
                number: edition, value: mapping, validFrom: now, madeAt: now,
                madeBy: session.staff.id),
            origin: draft.fileName, by: session.staff.id)
        return .afterChange(context.links.to(EdgePaths.run(run.id)))
    }

    // MARK: - Showing

    private func show(
        _ form: MappingForm, _ table: SourceTable, _ draft: ImportDraft, _ from: String,
        _ request: Request, _ context: CityRequestContext, refusal: Problem? = nil
    ) async throws -> Response {
        let preview = form.mapping.map {
            ImportPreview(
                $0, table, cityID: city.configuration.id, now: city.clock.now,
                rowsMax: Self.rowsShown, faultsMax: Self.faultsShown)
        }
        let model = DraftModel(
            form, table, draft, from: from, preview: preview, refusal: refusal,
            formToken: context.staff?.formToken ?? "", links: context.links,
            texts: city.pages.texts)
        return try await imports.respond(
            "edge/import-draft", model, model.title, request, context)
    }

    /// The file holds no table there: say so, and let another place be named.
    private func refuse(
        _ error: ImportRefusal, _ draft: ImportDraft, _ from: String, _ place: TablePlace,
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let model = DraftModel(
            refusing: error, draft, from: from, place: place,
            formToken: context.staff?.formToken ?? "", links: context.links,
            texts: city.pages.texts)
        return try await imports.respond(
            "edge/import-draft", model, model.title, request, context)
    }
}

/// What would become of the rows, without storing one.
struct ImportPreview: Sendable {
    var rows: [ReadRow] = []
    var faults: [RowFault] = []
    var good = 0
    var repeated = 0
    var bad = 0
    /// Why the mapping does not fit the table at all.
    var failure: ImportRefusal?

    init(
        _ mapping: ImportMapping, _ table: SourceTable, cityID: String, now: Timestamp,
        rowsMax: Int, faultsMax: Int
    ) {
        do throws(ImportRefusal) {
            var reader = try RowReader(mapping, table, cityID: cityID, now: now)
            for row in table.rows {
                switch reader.read(row) {
                case .row(let read):
                    good += 1
                    if rows.count < rowsMax { rows.append(read) }
                case .repeated: repeated += 1
                case .bad(let found):
                    bad += 1
                    faults += found.prefix(max(0, faultsMax - faults.count))
                }
            }
            for fault in table.faults {
                bad += 1
                guard faults.count < faultsMax else { continue }
                faults.append(
                    RowFault(line: fault.line, column: "", seen: "", refusal: fault.refusal))
            }
        } catch {
            failure = error
        }
    }
}
