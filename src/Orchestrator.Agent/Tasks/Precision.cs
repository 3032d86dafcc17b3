using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Tasks;

/// <summary>
/// Judges by its words whether an objective says what must be true afterwards. One precise sentence suffices: what is said
/// around it may be as loose as people talk.
/// </summary>
internal static partial class Precision
{
    /// <summary>A verb, what it is done to, and how.</summary>
    private const int WordsWithAName = 3;

    /// <summary>Loose words are redeemed by a literal and a behaviour in a sentence of at least as many words.</summary>
    private const int WordsAroundALiteral = 6;

    /// <summary>A sentence that names nothing must at least describe a behaviour in as many words.</summary>
    private const int WordsWithoutNames = 10;

    /// <summary>Products in camel case: they look like identifiers and name nothing in the code.</summary>
    private const string Products =
        "JavaScript|TypeScript|CoffeeScript|PowerShell|GitHub|GitLab|FastAPI|OpenAPI|GraphQL|PostgreSQL|MySQL|MongoDB|WordPress|DevOps|"
        + "NumPy|PyTorch|TensorFlow|YouTube|LinkedIn";

    /// <summary>Calls, quoted text, identifiers, flags, numbers (versions are none) and HTTP requests.</summary>
    private const string LiteralPattern =
        @"\w+\([^)]*\)|`[^`\n]+`|[""“][^""”\n]+[""”]|(?<!\w)'[^'\s]+'"
        + @"|\b(?!" + Products + @")([a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*)|\b[A-Za-z]\w*_\w+|\b\w+::\w+"
        + @"|(?<![\w-])--?[a-z][\w-]+|(?<![\w.])\d+(?!\.\d)|\b(GET|POST|PUT|PATCH|DELETE|HEAD)\s+/\S*";

    public static bool IsPrecise(string objective) => Sentences(objective).Any(IsPreciseSentence);

    public static IEnumerable<string> Sentences(string text) => SentenceEnds().Split(text).Where(part => part.Trim().Length > 0);

    /// <summary>The text names a file by its name and extension.</summary>
    public static bool NamesFile(string text) => Files().IsMatch(text);

    /// <summary>The text names something that can be looked for: an identifier, a route, a path, a literal.</summary>
    public static bool NamesSubject(string text) => Names().IsMatch(text);

    /// <summary>What to do is said somewhere that a model can't read.</summary>
    public static bool RefersElsewhere(string text) => Elsewhere().IsMatch(text);

    private static bool IsPreciseSentence(string sentence)
    {
        int words = Words().Count(sentence);
        bool names = Names().IsMatch(sentence);
        bool isLoose = Loose().IsMatch(sentence);
        bool behaves = Behaviours().IsMatch(sentence);
        if (isLoose)
        {
            return words >= WordsAroundALiteral && Literals().IsMatch(sentence) && (behaves || Restructures().IsMatch(sentence));
        }

        return words >= (names ? WordsWithAName : WordsWithoutNames) && (behaves || Changes().IsMatch(sentence));
    }

    [GeneratedRegex(@"[\p{L}\p{N}_'’-]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"(?<=[.!?])\s+|\n\s*\n|\n\s*(?=[-*•]\s|\d+[.)]\s)")]
    private static partial Regex SentenceEnds();

    [GeneratedRegex(
        @"(?<![\w.])(?!(?:e\.g|i\.e)\b|(?:node|vue|next|react|express|three|d3|nuxt)\.js\b|asp\.net)[\w./-]*\w\.[a-z][a-z0-9]{0,6}\b(?!\()"
        + @"|\b(Makefile|Dockerfile|Gemfile|Rakefile)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Files();

    [GeneratedRegex(LiteralPattern)]
    private static partial Regex Literals();

    [GeneratedRegex(
        LiteralPattern
        + @"|(?<=^|\s)/[\w{:]\S*|\b(?!and/or|he/she|read/write|input/output|client/server|CI/CD)[\w-]+/[\w.*/-]+"
        + @"|(?<![\w.])(?!(?:e\.g|i\.e)\b)[\w-]+\.[A-Za-z]{1,6}\b",
        RegexOptions.Multiline)]
    private static partial Regex Names();

    [GeneratedRegex(
        """
        \b(returns?|returning|answers?|responds?|yields?|raises?|throws?|prints?|writes?|displays?|shows?|emits?|logs?|accepts?|rejects?|refuses?|ignores?
          | keeps?|stores?|saves?|sends?|parses?|reads?|equals?|contains?|includes?|matches|crash(es|ed)?|fails?|pass(es)?|exits?|hangs?|leaks?|overflows?|drops?|loses?
          | must|shall|should|instead\s+of|rather\s+than|so\s+that|such\s+that|whenever|unless|until|at\s+(most|least)|within|no\s+longer|currently|expected|sorted|ordered|per\s+\w+|none)\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Behaviours();

    [GeneratedRegex(
        """
        \b(add|rename|remove|delete|drop|replace|implement|extract|convert|migrate|move|support|validate|introduce|create|write|expose|upgrade|port|split|merge|inline
          | log|return|reject|accept|escape|parse|handle|store|cache|limit|retry|sort|filter|translate|switch|raise|throw|print|read|send|bump|pin|enable|disable|build|let|teach|give|use|show
          | serve|load|encode|decode|wrap|deprecate|allow|forbid|record|count|cover|document|annotate|hide|render|register|emit|close|set|change|turn)\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Changes();

    [GeneratedRegex(@"\b(extract|rename|replace|remove|delete|split|move|convert|inline|merge)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Restructures();

    /// <summary>Praise and blame instead of behaviour, and repairs of what isn't described.</summary>
    [GeneratedRegex(
        """
        \b(improv\w+|better|clean(er|s|ed)?(\s*-?up)?|tid(y|ier)|optimi[sz]\w*|fast(er)?|slow(er)?|quick(er)?|speed\w*|performance|performant|efficient(ly)?|refactor\w*|moderni[sz]\w*|modern|polish\w*|enhance\w*
          | nic(e|er|ely)|good|great|proper(ly)?|robust(ness)?|reliab\w+|stable|maintainab\w+|readab\w+|scalab\w+|scale|secure|quality|user-friendly|intuitive|simpler|simplify|smooth(er|ly)?|professional
          | somehow|sometimes|somewhere|something|stuff|things?|whatever|various|some\s+(bugs?|issues?|problems?|features?|tests?|errors?)|more\s+(tests?|features?|documentation)|weird|strange|wrong|complain\w*|annoying
          | as\s+(needed|appropriate|necessary)|where(ver)?\s+(needed|appropriate|necessary|possible)|and\s+so\s+on|etc|best\s+practices?|production[- ]ready|state\s+of\s+the\s+art|up\s+to\s+date|happy|awesome
          | (fix|solve|resolve|address|repair|debug|sort\s+out|deal\s+with|look\s+(into|at)|investigate|handle)\s+(\w+\s+){0,3}(bugs?|issues?|problems?|errors?|failures?|crash(es)?|tests?|it|this|that|them|everything|edge\s+cases?)
          | (make|get|have)\s+([\w.()/`-]+\s+){1,4}(works?|working|run|running|right|correct)|(is|are|does)\s*(n['’]t|not)\s+work(ing)?|(is|are)\s+(broken|buggy|flaky|bad|ugly|messy|a\s+mess)|do\s+(it|the|what)
          | the\s+(missing\s+|necessary\s+|required\s+|remaining\s+|new\s+)?(features?|requirements|functionality|rest))\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Loose();

    [GeneratedRegex(
        """
        \b(as\s+(we\s+|was\s+|already\s+)?(discussed|agreed|talked|mentioned|explained|decided|described|requested|specified)(?!\s+(in|under|at|by)\s+([`"']|[\w./-]+\.\w|the\s+(README|RFC|docs)|README|RFC|docs))
          | (we|i|you)\s+(discussed|talked\s+about|agreed\s+on|mentioned|told\s+you) | like\s+(last\s+time|before|the\s+other\s+one|we\s+did|you\s+did|i\s+said)
          | same\s+as\s+(last\s+time|before|the\s+other\s+one) | the\s+usual\s+(way|place|manner)
          | (said|decided|promised|asked|wrote|posted|reported|described|explained)\b.{0,40}\b(meeting|stand-?up|Slack|Jira|Confluence|e-?mail|whiteboard)
          | (from|in|see|on)\s+(yesterday's\s+|last\s+week's\s+|my\s+|our\s+)(meeting|stand-?up|e-?mail|message|call|chat|Slack|ticket)
          | you\s+know\s+(which|what|where|how) | (reported|mentioned|asked\s+for|sent|told)\s+(to\s+(me|us)\s+)?(yesterday|last\s+(week|month|time)|earlier)
          | continue\s+where | the\s+(other|old)\s+(project|repo|repository|system|team)\s+(does|did|has|had|uses))\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();
}
