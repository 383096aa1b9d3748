using System.Buffers;
using System.Text;

namespace Keelson.Api.Structural.Patterns;

/// <summary>Runs a pattern over a text.</summary>
internal ref struct PatternSearch
{
    private const int NoRune = -1;

    private readonly PatternProgram _program;
    private readonly Span<int> _stack;
    private readonly Span<int> _marks;
    private int _mark;
    private long _steps;
    private bool _matched;

    private PatternSearch(PatternProgram program, Span<int> stack, Span<int> marks)
    {
        _program = program;
        _stack = stack;
        _marks = marks;
    }

    public static PatternResult Run(PatternProgram program, ReadOnlySpan<char> text)
    {
        // The stack holds each state at most twice: once put there, once by its predecessor before it is marked.
        var count = program.States.Length;
        var rented = ArrayPool<int>.Shared.Rent(count * 5 + 2);
        try
        {
            var memory = rented.AsSpan(0, count * 5 + 2);
            memory.Slice(count * 2, count).Clear();
            var search = new PatternSearch(program, memory[(count * 3)..], memory.Slice(count * 2, count));
            return search.Run(text, memory[..count], memory.Slice(count, count));
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    private PatternResult Run(ReadOnlySpan<char> text, Span<int> current, Span<int> following)
    {
        var before = NoRune;
        var count = 0;
        while (true)
        {
            var at = Decode(text, out var length);
            _mark++;
            // What is running stands in the list already; a match may also begin here.
            var running = count;
            count = 0;
            for (var i = 0; i < running; i++) following[i] = current[i];
            for (var i = 0; i < running; i++) Enter(following[i], before, at, current, ref count);
            Enter(_program.Start, before, at, current, ref count);
            if (_matched) return PatternResult.Matches;
            if (at == NoRune) return PatternResult.DoesNotMatch;
            _steps += count;
            if (_steps > Pattern.MaximumSteps) return PatternResult.TooCostly;
            count = Advance(current, count, at);
            before = at;
            text = text[length..];
        }
    }

    private static int Decode(ReadOnlySpan<char> text, out int length)
    {
        length = 0;
        if (text.IsEmpty) return NoRune;
        if (text[0] < 0x80)
        {
            length = 1;
            return text[0];
        }

        Rune.DecodeFromUtf16(text, out var rune, out length);
        return rune.Value;
    }

    /// <summary>Adds the states that are reached from one without reading a character.</summary>
    private void Enter(int state, int before, int after, Span<int> list, ref int count)
    {
        var top = 0;
        _stack[top++] = state;
        while (top > 0)
        {
            var index = _stack[--top];
            if (_marks[index] == _mark) continue;
            _marks[index] = _mark;
            _steps++;
            ref readonly var found = ref _program.States[index];
            switch (found.Step)
            {
                case PatternStep.Match:
                    _matched = true;
                    return;
                case PatternStep.Split:
                    _stack[top++] = found.Value;
                    _stack[top++] = found.Next;
                    break;
                case PatternStep.Assert:
                    if (Holds((PatternPlace)found.Value, before, after)) _stack[top++] = found.Next;
                    break;
                default:
                    list[count++] = index;
                    break;
            }
        }
    }

    /// <summary>Replaces the states that accept the character by those that follow them, and drops the others.</summary>
    private readonly int Advance(Span<int> list, int count, int rune)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            ref readonly var state = ref _program.States[list[i]];
            var accepts = state.Step switch
            {
                PatternStep.Rune => state.Value == rune,
                PatternStep.Class => _program.Classes[state.Value].Contains(rune),
                PatternStep.AnyButNewLine => rune != '\n',
                _ => true,
            };
            if (accepts) list[kept++] = state.Next;
        }

        return kept;
    }

    internal static bool Holds(PatternPlace place, int before, int after) => place switch
    {
        PatternPlace.TextStart => before == NoRune,
        PatternPlace.TextEnd => after == NoRune,
        PatternPlace.LineStart => before is NoRune or '\n',
        PatternPlace.LineEnd => after is NoRune or '\n',
        PatternPlace.WordBoundary => IsWord(before) != IsWord(after),
        _ => IsWord(before) == IsWord(after),
    };

    private static bool IsWord(int rune) => rune >= 0 && CharacterClass.IsWord(rune);
}
