//! Many questions in one call.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use gatecheck_core::facts::Unavailable;
use tokio::sync::oneshot;
use tokio::task::yield_now;

/// The answer to one question.
pub(crate) type Answer<V> = Result<V, Unavailable>;

/// Collects questions: those that are asked in the same moment go in one call, and who asks what is already on its way waits
/// for that answer.
///
/// The tasks of a run are judged concurrently and need the same of AWS, so that moments coincide.
#[derive(Debug)]
pub(crate) struct Batch<V> {
    /// How many questions a call takes.
    most: usize,
    state: Mutex<State<V>>,
}

#[derive(Debug)]
struct State<V> {
    /// Calls that are to come or on their way, by number.
    calls: HashMap<u64, Call<V>>,
    /// The one of each group that still takes questions.
    open: HashMap<String, u64>,
    next: u64,
}

/// A call: who waits for the answer to each of its questions.
#[derive(Debug)]
struct Call<V> {
    group: String,
    waiting: BTreeMap<String, Vec<oneshot::Sender<Answer<V>>>>,
}

impl<V: Clone> Batch<V> {
    /// Calls that take at most so many questions.
    pub(crate) fn of(most: usize) -> Self {
        Self { most, state: Mutex::new(State { calls: HashMap::new(), open: HashMap::new(), next: 0 }) }
    }

    /// Asks one question. Only questions of the same group, such as the cluster of a task, can go in one call; `call` makes it,
    /// for whoever asks first, and answers as many of its questions as it can.
    pub(crate) async fn ask<F>(
        &self,
        group: &str,
        question: &str,
        call: impl FnOnce(BTreeSet<String>) -> F,
    ) -> Answer<V>
    where
        F: Future<Output = Answer<BTreeMap<String, Answer<V>>>>,
    {
        let (answer, call_of_mine) = self.enter(group, question);
        if let Some(number) = call_of_mine {
            // Its end, however it comes, is that of the call.
            let call_of_mine = Lead { batch: self, number };
            // Whoever is about to ask does so before this goes on.
            yield_now().await;
            let answers = call(call_of_mine.close()).await;
            call_of_mine.answer(answers);
        }
        answer.await.unwrap_or_else(|_| Err(Unavailable::Failed("the call was given up".to_owned())))
    }

    /// Where the answer comes; and the number of the call, if it is the one who asks that has to make it.
    fn enter(&self, group: &str, question: &str) -> (oneshot::Receiver<Answer<V>>, Option<u64>) {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state();
        let State { calls, open, next } = &mut *state;
        let of_group = |call: &&mut Call<V>| call.group == group && call.waiting.contains_key(question);
        if let Some(waiting) = calls.values_mut().find(of_group).and_then(|call| call.waiting.get_mut(question)) {
            waiting.push(sender);
            return (receiver, None);
        }
        let has_room = |call: &&mut Call<V>| call.waiting.len() < self.most;
        if let Some(call) = open.get(group).and_then(|number| calls.get_mut(number)).filter(has_room) {
            call.waiting.insert(question.to_owned(), vec![sender]);
            return (receiver, None);
        }
        let number = *next;
        *next += 1;
        let waiting = BTreeMap::from([(question.to_owned(), vec![sender])]);
        calls.insert(number, Call { group: group.to_owned(), waiting });
        open.insert(group.to_owned(), number);
        (receiver, Some(number))
    }

    fn state(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who makes a call. Without it nobody waits for an answer any more.
struct Lead<'a, V: Clone> {
    batch: &'a Batch<V>,
    number: u64,
}

impl<V: Clone> Lead<'_, V> {
    /// Ends the taking of questions, and returns them.
    fn close(&self) -> BTreeSet<String> {
        let mut state = self.batch.state();
        state.open.retain(|_, number| *number != self.number);
        state.calls.get(&self.number).map(|call| call.waiting.keys().cloned().collect()).unwrap_or_default()
    }

    fn answer(self, answers: Answer<BTreeMap<String, Answer<V>>>) {
        let Some(call) = self.batch.state().calls.remove(&self.number) else { return };
        for (question, waiting) in call.waiting {
            let answer = match &answers {
                Ok(answers) => answers.get(&question).cloned().unwrap_or_else(|| Err(none_for(&question))),
                Err(reason) => Err(reason.clone()),
            };
            for sender in waiting {
                // Who went away needs no answer.
                let _ = sender.send(answer.clone());
            }
        }
    }
}

impl<V: Clone> Drop for Lead<'_, V> {
    fn drop(&mut self) {
        let mut state = self.batch.state();
        state.open.retain(|_, number| *number != self.number);
        state.calls.remove(&self.number);
    }
}

fn none_for(question: &str) -> Unavailable {
    Unavailable::Failed(format!("no answer for `{question}`"))
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    /// Answers each question with itself, but for `bad`, and notes the calls.
    async fn echo(calls: &Mutex<Vec<usize>>, questions: BTreeSet<String>) -> Answer<BTreeMap<String, Answer<String>>> {
        calls.lock().unwrap().push(questions.len());
        yield_now().await;
        let answer = |question: String| (question.clone(), Ok(question));
        Ok(questions.into_iter().filter(|question| question != "bad").map(answer).collect())
    }

    #[test]
    fn questions_of_the_same_moment_go_in_one_call() {
        let (batch, calls) = (Batch::of(100), Mutex::default());
        let questions: Vec<_> = (0..250).map(|number| (number % 230).to_string()).collect();
        let answers = block_on(join_all(
            questions.iter().map(|question| batch.ask("prod", question, |questions| echo(&calls, questions))),
        ));
        assert_eq!(answers.into_iter().map(Result::unwrap).collect::<Vec<_>>(), questions);
        let mut calls = calls.into_inner().unwrap();
        calls.sort_unstable();
        assert_eq!(calls, [30, 100, 100]);
        assert!(batch.state().calls.is_empty() && batch.state().open.is_empty());
    }

    #[test]
    fn groups_do_not_mix_and_what_has_no_answer_is_told() {
        let (batch, calls) = (Batch::of(100), Mutex::default());
        let ask = |group, question| batch.ask(group, question, |questions| echo(&calls, questions));
        let answers = block_on(join_all([ask("a", "1"), ask("b", "1"), ask("a", "bad")]));
        assert_eq!(answers[..2], [Ok("1".to_owned()), Ok("1".to_owned())]);
        assert_eq!(answers[2], Err(Unavailable::Failed("no answer for `bad`".into())));
        assert_eq!(*calls.lock().unwrap(), [2, 1]);
    }

    #[test]
    fn a_failure_is_everyones_and_a_call_that_is_given_up_keeps_nobody_waiting() {
        let batch = Batch::<String>::of(100);
        let denied = || Unavailable::Denied("ecs:DescribeTasks".to_owned());
        let answers = block_on(join_all(["1", "2"].map(|question| batch.ask("", question, async |_| Err(denied())))));
        assert_eq!(answers, [Err(denied()), Err(denied())]);
        block_on(async {
            let first = batch.ask("", "1", |_| std::future::pending());
            let mut first = Box::pin(first);
            assert!(futures_util::poll!(&mut first).is_pending());
            let mut second = Box::pin(batch.ask("", "1", |_| std::future::pending()));
            assert!(futures_util::poll!(&mut second).is_pending());
            drop(first);
            assert!(second.await.is_err());
            assert!(batch.state().calls.is_empty());
        });
    }
}
