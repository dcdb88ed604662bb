import CityKernel
import CityWeb

extension Texts {
    /// Words of the pages of imports.
    static let ofImports: Texts = [
        "importLead": LocalizedText(
            "CSV・Excel・JSON・GeoJSON・XMLの表を、列の対応を決めて市のデータにします。同じ表をもう一度入れても増えません。",
            easy: "ひょうを 市の データに します。",
            en: "Turns tables into the city's data by a mapping of columns. The same table "
                + "twice changes nothing."),
        "importNew": LocalizedText("表を取り込む", easy: "ひょうを 入れる", en: "Import a table"),
        "importSourceNew": LocalizedText(
            "取得元を登録する",
            easy: "とりに いく ところを ふやす",
            en: "Register a source"),
        "importNone": LocalizedText(
            "取り込んだ表はまだありません。",
            easy: "まだ ありません。",
            en: "Nothing has been imported yet."),
        "importNoneText": LocalizedText(
            "自治体標準オープンデータセットの列は自動で見分けます。",
            easy: "ふつうの ひょうは じどうで わかります。",
            en: "Standard municipal layouts are recognised by themselves."),
        "importRuns": LocalizedText("最近の取り込み", easy: "さいきん 入れた もの", en: "Recent imports"),
        "importOrigin": LocalizedText("表", easy: "ひょう", en: "Table"),
        "importMapping": LocalizedText("列の対応", easy: "れつの きまり", en: "Mapping"),
        "importStored": LocalizedText("残した行", easy: "のこした 行", en: "Rows kept"),
        "importBad": LocalizedText("直す行", easy: "なおす 行", en: "Rows to mend"),
        "importFailed": LocalizedText("失敗", easy: "しっぱい", en: "failed"),
        "importSources": LocalizedText("取得元", easy: "とりに いく ところ", en: "Sources"),
        "importSourcesText": LocalizedText(
            "決まった間隔で取りに行き、変わっていれば取り込みます。",
            easy: "きまった 時間に とりに いきます。",
            en: "Pulled on a schedule, and imported when changed."),
        "importSource": LocalizedText("取得元", easy: "ところ", en: "Source"),
        "importLastGood": LocalizedText("最後に届いた時", easy: "さいごに きた とき", en: "Last good answer"),
        "importMappings": LocalizedText("保存した列の対応", easy: "ほぞんした きまり", en: "Kept mappings"),
        "importMappingsText": LocalizedText(
            "選ぶと、その対応で新しい表を取り込めます。",
            easy: "えらぶと つかえます。",
            en: "Choose one to import a new table with it."),
        "importLayouts": LocalizedText(
            "そのまま使える並び(自治体標準オープンデータセットほか)",
            easy: "つかえる ひょうの かたち",
            en: "Ready layouts (municipal standard and others)"),
        "importLayout": LocalizedText("標準:", easy: "ひょうじゅん:", en: "Layout:"),
        "importSilent": LocalizedText(
            "{n}か所の取得元から届いていません",
            easy: "{n}かしょから きて いません",
            en: "Silent sources: {n}"),
        "importSilentText": LocalizedText(
            "前の値は残っていますが、新しくありません。",
            easy: "まえの データは あります。新しく ありません。",
            en: "Earlier values are kept, but they are not new."),
        "importSourceSilent": LocalizedText("途絶", easy: "きて いない", en: "Silent"),
        "importSourceFailing": LocalizedText("取れていません", easy: "とれません", en: "Failing"),
        "importSourceWaiting": LocalizedText("これから", easy: "これから", en: "Waiting"),
        "importSourceGood": LocalizedText("正常", easy: "だいじょうぶ", en: "Well"),
        "importStopped": LocalizedText("停止中", easy: "とまって います", en: "Stopped"),
        "importStop": LocalizedText("止める", easy: "とめる", en: "Stop"),
        "importStart": LocalizedText("再開する", easy: "また はじめる", en: "Start again"),
        "importPull": LocalizedText("いま取りに行く", easy: "いま とりに いく", en: "Pull now"),
        "importNewLead": LocalizedText(
            "ファイルを選ぶと、保存する前に結果を見られます。",
            easy: "ファイルを えらんで ください。まだ ほぞん しません。",
            en: "Choose a file; you see the result before anything is kept."),
        "importFile": LocalizedText("ファイル", easy: "ファイル", en: "File"),
        "importFileHint": LocalizedText(
            "CSV(UTF-8・Shift_JIS)、Excel(.xlsx)、JSON、GeoJSON、XML。32 MiBまで(XMLは8)。",
            easy: "32 MiB まで。",
            en: "CSV (UTF-8, Shift_JIS), Excel (.xlsx), JSON, GeoJSON, XML; up to 32 MiB (XML: 8)."),
        "importNoFile": LocalizedText(
            "ファイルが選ばれていません。",
            easy: "ファイルが ありません。",
            en: "No file was chosen."),
        "importFrom": LocalizedText("列の対応", easy: "れつの きまり", en: "Mapping"),
        "importFromHint": LocalizedText(
            "わからなければ「自動」のままにしてください。",
            easy: "「じどう」で いいです。",
            en: "Leave it at automatic when in doubt."),
        "importAuto": LocalizedText("自動で見分ける", easy: "じどう", en: "Automatic"),
        "importPreview": LocalizedText("結果を見る", easy: "けっかを 見る", en: "See the result"),
        "importPreviewTitle": LocalizedText(
            "こう残ります(最初の行)",
            easy: "こう のこります",
            en: "What would be kept (first rows)"),
        "importTable": LocalizedText(
            "{kind}、{rows}行、{columns}列。まだ何も保存していません。",
            easy: "{kind}、{rows}行。まだ ほぞん して いません。",
            en: "{kind}, {rows} rows, {columns} columns. Nothing is kept yet."),
        "importFormat-csv": LocalizedText("CSV", easy: "CSV", en: "CSV"),
        "importFormat-json": LocalizedText("JSON", easy: "JSON", en: "JSON"),
        "importFormat-geoJSON": LocalizedText("GeoJSON", easy: "GeoJSON", en: "GeoJSON"),
        "importFormat-xlsx": LocalizedText("Excel", easy: "Excel", en: "Excel"),
        "importFormat-xml": LocalizedText("XML", easy: "XML", en: "XML"),
        "importNotReady": LocalizedText(
            "このままでは取り込めません",
            easy: "まだ 入れられません",
            en: "It cannot be imported like this"),
        "importWouldKeep": LocalizedText(
            "{n}行を取り込めます。",
            easy: "{n}行を 入れられます。",
            en: "Rows that can be imported: {n}."),
        "importWouldLeave": LocalizedText(
            "{n}行に直すところがあります。",
            easy: "{n}行を なおして ください。",
            en: "Rows to mend: {n}."),
        "importNoGood": LocalizedText(
            "取り込める行がありません。",
            easy: "行が ありません。",
            en: "There is no row to import."),
        "importColumns": LocalizedText("列の対応", easy: "れつの きまり", en: "Columns"),
        "importColumnsText": LocalizedText(
            "属性を空にした列は取り込みません。",
            easy: "なまえの ない れつは 入れません。",
            en: "A column without an attribute is left out."),
        "importColumn": LocalizedText("列", easy: "れつ", en: "Column"),
        "importSample": LocalizedText("例", easy: "れい", en: "Sample"),
        "importAttribute": LocalizedText("属性", easy: "市の 名前", en: "Attribute"),
        "importKind": LocalizedText("種類", easy: "しゅるい", en: "Kind"),
        "importUnit": LocalizedText("単位", easy: "たんい", en: "Unit"),
        "importRequired": LocalizedText("必須", easy: "かならず", en: "Required"),
        "importKind-text": LocalizedText("文字", easy: "文字", en: "text"),
        "importKind-number": LocalizedText("数", easy: "すうじ", en: "number"),
        "importKind-integer": LocalizedText("整数", easy: "すうじ", en: "whole number"),
        "importKind-boolean": LocalizedText("有・無", easy: "ある・ない", en: "yes or no"),
        "importKind-date": LocalizedText("日付", easy: "日", en: "date"),
        "importKind-time": LocalizedText("時刻", easy: "時間", en: "time of day"),
        "importKind-dateTime": LocalizedText("日時", easy: "日と 時間", en: "date and time"),
        "importKind-list": LocalizedText("並び(;)", easy: "いくつか(;)", en: "list (;)"),
        "importKind-json": LocalizedText("構造(JSON)", easy: "JSON", en: "structure (JSON)"),
        "importIdentity": LocalizedText(
            "行を見分ける列",
            easy: "行を わける れつ",
            en: "What tells rows apart"),
        "importIdentityText": LocalizedText(
            "合わせて一つに決まる列。次に取り込むとき、同じ行とわかります。",
            easy: "おなじ 行と わかる れつ。",
            en: "Columns that together are unique, so that the next import knows the same "
                + "rows."),
        "importIDColumn": LocalizedText("見分ける列", easy: "わける れつ", en: "Column"),
        "importNoColumn": LocalizedText("(なし)", easy: "(なし)", en: "(none)"),
        "importWhereWhen": LocalizedText("場所と時刻", easy: "ばしょと 時間", en: "Place and time"),
        "importLatitude": LocalizedText("緯度の列", easy: "緯度", en: "Latitude"),
        "importLongitude": LocalizedText("経度の列", easy: "経度", en: "Longitude"),
        "importGeometry": LocalizedText("場所(GeoJSON)の列", easy: "ばしょ", en: "Geometry (GeoJSON)"),
        "importTime": LocalizedText("観測した日時の列", easy: "はかった 時間", en: "Time of observation"),
        "importName": LocalizedText("名前", easy: "名前", en: "Name"),
        "importID": LocalizedText("対応の番号", easy: "きまりの 番号", en: "Mapping id"),
        "importIDHint": LocalizedText(
            "半角の英字・数字・ハイフン。同じ番号で保存すると新しい版になります。",
            easy: "ローマ字と すうじ。",
            en: "Letters, digits, hyphen. The same id makes a new edition."),
        "importTypes": LocalizedText("データの種類", easy: "データの しゅるい", en: "Entity types"),
        "importTypesHint": LocalizedText(
            "最初のものがデータの名前に入ります。例: PublicFacility PointOfInterest",
            easy: "れい: PublicFacility",
            en: "The first stands in the ids, as PublicFacility PointOfInterest."),
        "importTablePlace": LocalizedText("表の場所", easy: "ひょうの ばしょ", en: "Where the table is"),
        "importHeaderLine": LocalizedText("見出しの行", easy: "見出しの 行", en: "Line of the header"),
        "importSheet": LocalizedText("シート", easy: "シート", en: "Sheet"),
        "importPath": LocalizedText("行の並びの場所", easy: "行の ばしょ", en: "Path to the records"),
        "importPathHint": LocalizedText(
            "名前を「.」でつなぐ。例: result.records",
            easy: "れい: result.records",
            en: "Names joined by dots, as result.records."),
        "importRun": LocalizedText("{n}行を取り込む", easy: "{n}行を 入れる", en: "Import (rows: {n})"),
        "importLook": LocalizedText("結果を見直す", easy: "もう一度 見る", en: "Look again"),
        "importReread": LocalizedText("表を読み直す", easy: "よみなおす", en: "Read the table again"),
        "importSays": LocalizedText("残る内容", easy: "なかみ", en: "Says"),
        "importFaults": LocalizedText("直すところ", easy: "なおす ところ", en: "To mend"),
        "importFaultsCut": LocalizedText(
            "最初の{n}件を示します。",
            easy: "はじめの {n}こ",
            en: "The first {n} are shown."),
        "importLine": LocalizedText("行", easy: "行", en: "Line"),
        "importSeen": LocalizedText("いまの値", easy: "いま", en: "As it is"),
        "importWhy": LocalizedText("わけ", easy: "わけ", en: "What is wrong"),
        "importRemedy": LocalizedText("どうするか", easy: "どうするか", en: "How to mend it"),
        "importCounts": LocalizedText("件数", easy: "かず", en: "Counts"),
        "importRead": LocalizedText("読んだ行", easy: "よんだ 行", en: "Read"),
        "importCreated": LocalizedText("新しい", easy: "新しい", en: "New"),
        "importChanged": LocalizedText("変わった", easy: "かわった", en: "Changed"),
        "importUnchanged": LocalizedText("同じ", easy: "おなじ", en: "Unchanged"),
        "importMissing": LocalizedText("欠測", easy: "すうじが ない", en: "No value"),
        "importKeepAs": LocalizedText("この対応を残す名前", easy: "きまりの 名前", en: "Keep the mapping as"),
        "importRepeated": LocalizedText("重複", easy: "かさなり", en: "Repeated"),
        "importFailedTitle": LocalizedText(
            "取り込めませんでした",
            easy: "入れられませんでした",
            en: "Nothing was imported"),
        "importKept": LocalizedText(
            "{n}行を残しました。",
            easy: "{n}行を のこしました。",
            en: "Rows kept: {n}."),
        "importBadLines": LocalizedText(
            "{n}行に直すところがあります({lines}行目)。",
            easy: "{n}行を なおして ください({lines}行目)。",
            en: "Rows to mend: {n} (lines {lines})."),
        "importURL": LocalizedText("アドレス", easy: "アドレス", en: "Address"),
        "importURLHint": LocalizedText(
            "https:// から。{yyyy}{MM}{dd}{HH}{mm} は日本時間の今に変わります。",
            easy: "https:// から。",
            en: "Beginning with https://; {yyyy}{MM}{dd}{HH}{mm} become Japan's time now."),
        "importInterval": LocalizedText("取りに行く間隔(分)", easy: "なんぷん ごとか", en: "Interval (minutes)"),
        "importStep": LocalizedText("時刻の刻み(分)", easy: "時間の きざみ(ふん)", en: "Time step (minutes)"),
        "importStepHint": LocalizedText(
            "アドレスの時刻を、この分で切り下げます。",
            en: "Times in the address are rounded down to this."),
        "importFollow": LocalizedText(
            "一覧(Atom)の先の文書を取り込む", easy: "リンクの さきを 入れる",
            en: "Import what the feed (Atom) links to"),
        "importFollowHint": LocalizedText(
            "気象庁の電文のように、一覧の項目ごとに文書があるとき。",
            en: "For feeds whose entries each lead to a document, as JMA's do."),
        "importWords": LocalizedText(
            "この言葉を含む項目だけ", easy: "この ことばの ものだけ", en: "Only entries with these words"),
        "importWordsHint": LocalizedText(
            "空ならすべて。例: 熊本", easy: "れい: 熊本", en: "All when empty. Example: 熊本"),
        "importYes": LocalizedText("はい", easy: "はい", en: "Yes"),
        "importNo": LocalizedText("いいえ", easy: "いいえ", en: "No"),
        "importValidFrom": LocalizedText(
            "いつから使うか", easy: "いつから", en: "Valid from"),
        "importValidFromHint": LocalizedText(
            "空なら今から。例: 2026-04-01 00:00(日本時間)。取得元はその時から新しい対応で取り込みます。",
            easy: "なければ いまから。",
            en: "Now when empty; as 2026-04-01 00:00 (Japan's time). Sources use it from then."),
        "importNoMappings": LocalizedText(
            "列の対応がまだありません。",
            easy: "きまりが まだ ありません。",
            en: "There is no mapping yet."),
        "importNoMappingsText": LocalizedText(
            "一度ファイルで取り込むと、その対応を使えます。",
            easy: "一度 ファイルを 入れて ください。",
            en: "Import a file once; its mapping can be used here."),
    ]
}
