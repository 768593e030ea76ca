//! Where the things of a map are: ranks are columns; what crosses a column has a place in it, so
//! that no line runs behind a box. The order within a column follows the neighbours, as in
//! Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures".

use std::collections::BTreeMap;

use super::value::Drawing;

/// The height of a box.
pub const BOX: usize = 50;
/// The height of a line that passes a column.
const PASS: usize = 10;
/// Between two boxes.
const GAP: usize = 18;
/// How many times the columns are put in order.
const SWEEPS: usize = 6;

/// Places in columns.
pub struct DrawnLayout {
    /// Of each node: its column, and the middle of its box.
    pub nodes: Vec<(usize, usize)>,
    /// Of each drawn edge: the middles at which it passes columns, in their order.
    pub passes: Vec<Vec<(usize, usize)>>,
    /// How high the highest column is.
    pub height: usize,
    pub columns: usize,
}

impl DrawnLayout {
    pub fn of(drawing: &Drawing) -> DrawnLayout {
        let mut numbers: BTreeMap<usize, usize> =
            drawing.nodes.iter().map(|n| (n.rank, 0)).collect();
        numbers.values_mut().enumerate().for_each(|(number, column)| *column = number);
        let column_of: Vec<usize> = drawing.nodes.iter().map(|node| numbers[&node.rank]).collect();
        let mut columns: Vec<Vec<usize>> = vec![Vec::new(); numbers.len()];
        // What has a place in a column, by its height; the nodes come first.
        let mut slots: Vec<usize> = Vec::new();
        for column in &column_of {
            columns[*column].push(slots.len());
            slots.push(BOX + GAP);
        }
        // The slots before and behind each slot.
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); slots.len()];
        let mut behind = before.clone();
        let mut chains: Vec<Vec<usize>> = Vec::new();
        for edge in drawing.drawn() {
            let mut chain = Vec::new();
            let mut last = edge.from;
            let (first, end) = (column_of[edge.from] + 1, column_of[edge.to]);
            let between = end.saturating_sub(first);
            for column in columns.iter_mut().skip(first).take(between) {
                let slot = slots.len();
                slots.push(PASS + GAP);
                column.push(slot);
                before.push(vec![last]);
                behind.push(Vec::new());
                behind[last].push(slot);
                chain.push(slot);
                last = slot;
            }
            if column_of[edge.from] < column_of[edge.to] {
                before[edge.to].push(last);
                behind[last].push(edge.to);
            }
            chains.push(chain);
        }
        let mut places = vec![0.0; slots.len()];
        place(&columns, &mut places);
        for sweep in 0..SWEEPS {
            let (near, order): (_, Vec<usize>) = match sweep % 2 {
                0 => (&before, (0..columns.len()).collect()),
                _ => (&behind, (0..columns.len()).rev().collect()),
            };
            for column in order {
                let key = |slot: &usize| match near[*slot].as_slice() {
                    [] => places[*slot],
                    some => some.iter().map(|one| places[*one]).sum::<f64>() / some.len() as f64,
                };
                let mut keyed: Vec<(f64, usize)> =
                    columns[column].iter().map(|slot| (key(slot), *slot)).collect();
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
                columns[column] = keyed.into_iter().map(|(_, slot)| slot).collect();
                place(&columns[column..=column], &mut places);
            }
        }
        DrawnLayout::stacked(drawing, &columns, &slots, &chains, &column_of)
    }

    /// Columns of boxes, each in the middle of the height.
    fn stacked(
        drawing: &Drawing,
        columns: &[Vec<usize>],
        slots: &[usize],
        chains: &[Vec<usize>],
        column_of: &[usize],
    ) -> DrawnLayout {
        let tall = |slot: &usize| slots[*slot];
        let total = |column: &Vec<usize>| column.iter().map(tall).sum::<usize>();
        let height = columns.iter().map(total).max().unwrap_or_default();
        let mut middles = vec![(0, 0); slots.len()];
        for (number, column) in columns.iter().enumerate() {
            let mut top = (height - total(column)) / 2;
            for slot in column {
                middles[*slot] = (number, top + tall(slot) / 2);
                top += tall(slot);
            }
        }
        DrawnLayout {
            nodes: (0..drawing.nodes.len())
                .map(|node| (column_of[node], middles[node].1))
                .collect(),
            passes: chains
                .iter()
                .map(|chain| chain.iter().map(|slot| middles[*slot]).collect())
                .collect(),
            height,
            columns: columns.len(),
        }
    }
}

/// The place of each slot in its column, from 0 to 1.
fn place(columns: &[Vec<usize>], places: &mut [f64]) {
    for column in columns {
        for (at, slot) in column.iter().enumerate() {
            places[*slot] = (at as f64 + 0.5) / column.len() as f64;
        }
    }
}
