using System.Text;

namespace Keelson.Api.Structural.Patterns;

/// <summary>Finds where a pattern's match begins and ends: of all that begin first, the one that its alternatives prefer.</summary>
/// <remarks>All alternatives advance together as in <see cref="PatternSearch"/>, but in the order of preference and with their beginnings.</remarks>
internal sealed class PatternLocator(PatternProgram program, string text)
{
    private const int NoRune = -1;

    private readonly int[] _marks = new int[program.States.Length];
    private readonly Stack<int> _stack = new();
    private readonly List<(int State, int Start)> _current = [];
    private readonly List<(int State, int Start)> _following = [];
    private int _mark;
    private long _steps;

    /// <summary>False also when the search was given up after <see cref="Pattern.MaximumSteps"/>.</summary>
    public bool TryLocate(int from, out int start, out int length)
    {
        (start, length) = (-1, 0);
        var before = RuneBefore(from);
        for (var at = from; ;)
        {
            var rune = Decode(at, out var width);
            _mark++;
            _following.Clear();
            var isOver = false;
            foreach (var (state, began) in _current)
            {
                if (!Enter(state, began, before, rune)) continue;
                (start, length, isOver) = (began, at - began, true);
                break;
            }

            // A match that began earlier is preferred to any that might begin here.
            if (!isOver && start < 0 && Enter(program.Start, at, before, rune)) (start, length) = (at, 0);
            if (rune == NoRune || (start >= 0 && _following.Count == 0)) return start >= 0;
            _steps += _following.Count;
            if (_steps > Pattern.MaximumSteps) return false;
            Advance(rune);
            before = rune;
            at += width;
        }
    }

    /// <summary>Adds the states reached without reading, most preferred first; true when a match is among them, behind which none counts.</summary>
    private bool Enter(int state, int began, int before, int after)
    {
        _stack.Clear();
        _stack.Push(state);
        while (_stack.TryPop(out var index))
        {
            if (_marks[index] == _mark) continue;
            _marks[index] = _mark;
            _steps++;
            ref readonly var found = ref program.States[index];
            switch (found.Step)
            {
                case PatternStep.Match:
                    return true;
                case PatternStep.Split:
                    _stack.Push(found.Value);
                    _stack.Push(found.Next);
                    break;
                case PatternStep.Assert:
                    if (PatternSearch.Holds((PatternPlace)found.Value, before, after)) _stack.Push(found.Next);
                    break;
                default:
                    _following.Add((index, began));
                    break;
            }
        }

        return false;
    }

    private void Advance(int rune)
    {
        _current.Clear();
        foreach (var (index, began) in _following)
        {
            ref readonly var state = ref program.States[index];
            var accepts = state.Step switch
            {
                PatternStep.Rune => state.Value == rune,
                PatternStep.Class => program.Classes[state.Value].Contains(rune),
                PatternStep.AnyButNewLine => rune != '\n',
                _ => true,
            };
            if (accepts) _current.Add((state.Next, began));
        }
    }

    private int Decode(int at, out int width)
    {
        width = 0;
        if (at >= text.Length) return NoRune;
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out width);
        return rune.Value;
    }

    private int RuneBefore(int at)
    {
        if (at == 0) return NoRune;
        Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var rune, out _);
        return rune.Value;
    }
}
