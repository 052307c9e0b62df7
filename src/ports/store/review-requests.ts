/** That a person is asked to review a release. */
export interface ReviewRequest {
  releaseId: number;
  buildId: number;
  userId: string;
  /** An actor. */
  requestedBy: string;
  requestedAt: number;
}

export interface ReviewRequestRepository {
  ofRelease(releaseId: number): Promise<ReviewRequest[]>;
  /** On releases that are not decided, newest first. */
  openOf(userId: string, limit: number): Promise<ReviewRequest[]>;
  /** Repeating it changes nothing. */
  add(request: ReviewRequest): Promise<void>;
  remove(releaseId: number, userId: string): Promise<void>;
}
