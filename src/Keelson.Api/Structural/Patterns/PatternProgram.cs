namespace Keelson.Api.Structural.Patterns;

/// <summary>What a state does.</summary>
internal enum PatternStep : byte
{
    Match,
    Rune,
    Class,
    Any,
    AnyButNewLine,
    Assert,
    Split,
}

/// <summary>A state: what it does, where it goes on, and what that depends on.</summary>
/// <param name="Value">The character, the class's index, the place, or the other state to go on at.</param>
internal readonly record struct PatternState(PatternStep Step, int Next, int Value);

/// <summary>A pattern as a machine whose states advance over a text together.</summary>
internal sealed class PatternProgram
{
    /// <summary>How many states a pattern may have; counted repetitions have one set for each time.</summary>
    public const int MaximumStates = 50_000;

    private readonly List<PatternState> _states = [];
    private readonly List<CharacterClass> _classes = [];
    private readonly string _expression;

    private PatternProgram(string expression) => _expression = expression;

    public PatternState[] States { get; private set; } = [];

    public CharacterClass[] Classes { get; private set; } = [];

    public int Start { get; private set; }

    public static PatternProgram Compile(PatternNode node, string expression)
    {
        var program = new PatternProgram(expression);
        var match = program.Add(new PatternState(PatternStep.Match, 0, 0));
        program.Start = program.Emit(node, match);
        program.States = [.. program._states];
        program.Classes = [.. program._classes];
        program._states.Clear();
        program._classes.Clear();
        return program;
    }

    private int Add(PatternState state)
    {
        if (_states.Count >= MaximumStates) throw new PatternSyntaxException("expression too large", _expression);
        _states.Add(state);
        return _states.Count - 1;
    }

    /// <summary>Writes the states of a part, last to first, and returns where it begins.</summary>
    private int Emit(PatternNode node, int next)
    {
        switch (node)
        {
            case PatternRune rune:
                return Add(new PatternState(PatternStep.Rune, next, rune.Rune));
            case PatternClass set:
                _classes.Add(set.Class);
                return Add(new PatternState(PatternStep.Class, next, _classes.Count - 1));
            case PatternAny any:
                return Add(new PatternState(any.AlsoNewLine ? PatternStep.Any : PatternStep.AnyButNewLine, next, 0));
            case PatternAssertion assertion:
                return Add(new PatternState(PatternStep.Assert, next, (int)assertion.Place));
            case PatternSequence sequence:
                for (var i = sequence.Parts.Count - 1; i >= 0; i--) next = Emit(sequence.Parts[i], next);
                return next;
            case PatternChoice choice:
                var start = Emit(choice.Choices[^1], next);
                for (var i = choice.Choices.Count - 2; i >= 0; i--) start = Split(Emit(choice.Choices[i], next), start);
                return start;
            case PatternRepeat repeat:
                return EmitRepeat(repeat, next);
            default:
                throw new InvalidOperationException($"no states for {node.GetType().Name}");
        }
    }

    private int EmitRepeat(PatternRepeat repeat, int next)
    {
        var after = next;
        if (repeat.Most < 0)
        {
            // The loop's own state comes first, so that the part can lead back to it.
            var loop = Add(new PatternState(PatternStep.Split, 0, after));
            var part = Emit(repeat.Part, loop);
            _states[loop] = repeat.IsLazy ? new PatternState(PatternStep.Split, after, part) : new PatternState(PatternStep.Split, part, after);
            next = loop;
        }
        else
        {
            for (var i = repeat.Least; i < repeat.Most; i++) next = repeat.IsLazy ? Split(after, Emit(repeat.Part, next)) : Split(Emit(repeat.Part, next), after);
        }

        for (var i = 0; i < repeat.Least; i++) next = Emit(repeat.Part, next);
        return next;
    }

    private int Split(int first, int second) => Add(new PatternState(PatternStep.Split, first, second));
}
